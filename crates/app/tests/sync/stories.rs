mod edits;
mod folders;
mod lines;
mod people;

/// The same story with the server on either database.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::server::Server::start(crate::server::Kind::Sqlite).await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::server::Server::start(crate::server::Kind::Postgres).await).await;
            })*
        }
    };
}
pub(crate) use on_both;
