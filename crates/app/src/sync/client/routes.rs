//! The routes of the protocol, one function each.

use super::{Answer, CBOR, Client, Unanswered, body, message};
use reqwest::{Response, header};
use shoulou_eventlog::{
    Hash, Id,
    sync::wire::{
        Bytes, Challenge, Challenged, Cursor, DropBlobs, Enrol, Enrolled, Invite, Invited, Members,
        OpenSession, Pulled, Push, Pushed, SessionOpened, Upload,
    },
};

/// One request carries so much of a blob: over a bad line little is sent twice.
pub(crate) const PIECE: usize = 512 * 1024;

impl Client {
    pub async fn challenge(&self, project: Id, device: Id) -> Answer<Challenged> {
        let request = self.http.post(self.project(project, "challenge"));
        message(self.tell(request, &Challenge { device }).await?).await
    }

    /// From now on requests bear its token.
    pub async fn open_session(&self, project: Id, open: &OpenSession) -> Answer<SessionOpened> {
        let request = self.http.post(self.project(project, "session"));
        let opened: SessionOpened = message(self.tell(request, open).await?).await?;
        *self.token.write().expect("no holder panics") = Some(opened.token.clone());
        Ok(opened)
    }

    pub async fn push(&self, project: Id, push: &Push) -> Answer<Pushed> {
        let request = self.http.post(self.project(project, "commits"));
        message(self.tell(request, push).await?).await
    }

    pub async fn pull(&self, project: Id, at: Cursor, limit: u32, wait: u32) -> Answer<Pulled> {
        let Cursor { epoch, number, checkpoint } = at;
        let place = format!("epoch={epoch}&after={number}&checkpoint={}", checkpoint.0);
        let url = self.project(project, &format!("commits?{place}&limit={limit}&wait={wait}"));
        self.ask(self.known(self.accepting(self.http.get(url))), wait).await
    }

    pub async fn members(&self, project: Id) -> Answer<Members> {
        let url = self.project(project, "members");
        self.ask(self.known(self.accepting(self.http.get(url))), 0).await
    }

    /// `what`: `revoke` or `release`.
    pub async fn rule(&self, project: Id, device: Id, what: &str) -> Answer<()> {
        let url = self.project(project, &format!("members/{device}/{what}"));
        done(self.send(self.known(self.http.post(url)), 0, 0).await?).await
    }

    /// Another name, sealed, for a device.
    pub async fn relabel(&self, project: Id, device: Id, label: &Bytes) -> Answer<()> {
        let request = self.http.put(self.project(project, &format!("members/{device}/label")));
        done(self.tell(request, label).await?).await
    }

    pub async fn invite(&self, project: Id, invite: &Invite) -> Answer<()> {
        let request = self.http.put(self.project(project, "invitations"));
        done(self.tell(request, invite).await?).await
    }

    pub async fn invitation(&self, locator: Id) -> Answer<Invited> {
        let url = format!("{}/v1/invitations/{locator}", self.server);
        self.ask(self.http.get(url), 0).await
    }

    /// Joins; with `found`, brings the project.
    pub async fn enrol(&self, project: Id, enrol: &Enrol, found: bool) -> Answer<Enrolled> {
        let request = self.http.post(self.project(project, if found { "found" } else { "enrol" }));
        message(self.tell(request, enrol).await?).await
    }

    pub async fn drop_blobs(&self, project: Id, drop: &DropBlobs) -> Answer<()> {
        let request = self.http.post(self.project(project, "blobs/drop"));
        done(self.tell(request, drop).await?).await
    }

    /// The signed note.
    pub async fn snapshot(&self, project: Id) -> Answer<Bytes> {
        self.ask(self.known(self.http.get(self.project(project, "snapshot"))), 0).await
    }

    pub async fn put_snapshot(&self, project: Id, note: &Bytes) -> Answer<()> {
        let request = self.http.put(self.project(project, "snapshot"));
        done(self.tell(request, note).await?).await
    }

    /// How far an upload is.
    pub async fn upload(&self, project: Id, blob: Hash) -> Answer<Upload> {
        let url = self.project(project, &format!("blobs/{blob}"));
        let head = self.known(self.http.head(url));
        match self.send_head(head).await {
            Ok(response) => progress(&response),
            Err(unanswered) => Err(unanswered),
        }
    }

    /// Sends a piece of a blob of `length` bytes.
    pub async fn append(
        &self,
        project: Id,
        blob: Hash,
        offset: u64,
        length: u64,
        piece: Vec<u8>,
    ) -> Answer<Upload> {
        let url = self.project(project, &format!("blobs/{blob}"));
        let bytes = piece.len();
        let request = self
            .http
            .patch(url)
            .header("upload-offset", offset)
            .header("upload-length", length)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(piece);
        progress(&self.send(self.known(request), bytes, 0).await?)
    }

    /// A piece of a blob from `offset` on, and the blob's size.
    pub async fn fetch(&self, project: Id, blob: Hash, offset: u64) -> Answer<(Vec<u8>, u64)> {
        let url = self.project(project, &format!("blobs/{blob}"));
        let last = offset + PIECE as u64 - 1;
        let request = self.http.get(url).header(header::RANGE, format!("bytes={offset}-{last}"));
        let response = self.send(self.known(request), 0, 0).await?;
        let size = size(&response, offset).ok_or(Unanswered::Offline)?;
        Ok((body::raw(response, PIECE).await?, size))
    }

    fn accepting(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request.header(header::ACCEPT, CBOR).header(header::ACCEPT_ENCODING, body::ZSTD)
    }
}

/// An answer that says no more than that it is done.
async fn done(response: Response) -> Answer<()> {
    if response.status() == reqwest::StatusCode::NO_CONTENT || response.content_length() == Some(0)
    {
        return Ok(());
    }
    message::<ciborium::Value>(response).await.map(drop)
}

/// What a server says of an upload; a portal's page does not say it.
fn progress(response: &Response) -> Answer<Upload> {
    let header = |name: &str| response.headers().get(name)?.to_str().ok();
    let complete = header("upload-complete").map(|value| value == "?1");
    let offset = header("upload-offset").and_then(|value| value.parse().ok());
    match (complete, offset) {
        (Some(true), offset) => Ok(Upload { offset: offset.unwrap_or(0), complete: true }),
        (_, Some(offset)) => Ok(Upload { offset, complete: false }),
        _ => Err(Unanswered::Offline),
    }
}

/// The size of a blob of which a piece from `offset` came: `bytes 0-9/100`, or the whole of it at once.
fn size(response: &Response, offset: u64) -> Option<u64> {
    let range = response.headers().get(header::CONTENT_RANGE).and_then(|range| range.to_str().ok());
    match range {
        Some(range) => {
            let (place, size) = range.strip_prefix("bytes ")?.split_once('/')?;
            let (first, _) = place.split_once('-')?;
            (first.parse() == Ok(offset)).then(|| size.parse().ok())?
        }
        None if offset == 0 && !is_text(response) => response.content_length(),
        None => None,
    }
}

fn is_text(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.starts_with("text/"))
}
