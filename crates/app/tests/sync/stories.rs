mod edits;
mod folders;
mod killed;
mod lines;
mod log;
mod people;
mod summaries;

/// The same story with the server on either database; with [`Server`] in this process, or another that is named first.
///
/// [`Server`]: crate::server::Server
macro_rules! on_both {
    ($server:ident: $($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::$server::start(crate::server::Kind::Sqlite).await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::$server::start(crate::server::Kind::Postgres).await).await;
            })*
        }
    };
    ($($name:ident)*) => { $crate::stories::on_both! { Server: $($name)* } };
}
pub(crate) use on_both;
