//! Every table and its columns, for what writes many rows at once: intake and copies.

pub(super) struct Table {
    pub name: &'static str,
    pub columns: &'static str,
    /// One letter a column: `b` is bytes, `i` an integer, `t` text.
    pub kinds: &'static str,
}

pub(super) const LOG_COMMIT: Table = Table {
    name: "log_commit",
    columns: "project, number, hash, stream, seq, envelope, common, parts, size, checkpoint, received",
    kinds: "bibbibbiibi",
};
pub(super) const LOG_PART: Table =
    Table { name: "log_part", columns: "project, number, place, party, bytes", kinds: "biibb" };
pub(super) const LOG_BLOB: Table =
    Table { name: "log_blob", columns: "project, blob, number", kinds: "bbi" };
pub(super) const LOG_STREAM: Table =
    Table { name: "log_stream", columns: "project, stream, device, key", kinds: "bbbb" };
pub(super) const STREAM_END: Table =
    Table { name: "stream_end", columns: "project, hash, stream, seq", kinds: "bbbi" };
pub(super) const QUARANTINE_COMMIT: Table = Table {
    name: "quarantine_commit",
    columns: "project, hash, arrival, device, stream, seq, envelope, common, parts, size, carrier",
    kinds: "bbibbibbiib",
};
pub(super) const QUARANTINE_PART: Table = Table {
    name: "quarantine_part",
    columns: "project, hash, place, party, bytes",
    kinds: "bbibb",
};
pub(super) const QUARANTINE_UPLOAD: Table =
    Table { name: "quarantine_upload", columns: "project, device, blob, bytes", kinds: "bbbi" };
pub(super) const DROPPED_BLOB: Table =
    Table { name: "dropped_blob", columns: "project, blob", kinds: "bb" };

/// What a copy holds: all there is.
pub(super) const TABLES: &[Table] = &[
    Table { name: "server_setting", columns: "name, value", kinds: "tb" },
    Table {
        name: "project_head",
        columns: "project, epoch, head, checkpoint, members, erased, quarantined",
        kinds: "bbibiii",
    },
    Table {
        name: "project_epoch",
        columns: "project, place, epoch, number, checkpoint, began",
        kinds: "bibibi",
    },
    LOG_COMMIT,
    LOG_PART,
    LOG_BLOB,
    LOG_STREAM,
    Table { name: "log_erased", columns: "project, party, number", kinds: "bbi" },
    STREAM_END,
    QUARANTINE_COMMIT,
    QUARANTINE_PART,
    QUARANTINE_UPLOAD,
    Table {
        name: "member",
        columns: "project, device, key, role, label, enrolled, lease, revoked, revision, certificate",
        kinds: "bbbtbiiiib",
    },
    Table {
        name: "device_cursor",
        columns: "project, device, number, last_seen, app_version",
        kinds: "bbiit",
    },
    Table {
        name: "invitation",
        columns: "locator, project, token_hash, role, sealed, expires, used_by",
        kinds: "bbbtbib",
    },
    Table { name: "snapshot", columns: "project, note, blob", kinds: "bbb" },
    DROPPED_BLOB,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{
        db::{Conn, Row},
        open::{bring_up_to_date, connect},
    };
    use shoulou_postgres::Cluster;
    use std::collections::BTreeSet;

    fn kind(database: &str) -> char {
        match database.to_lowercase().as_str() {
            "blob" | "bytea" => 'b',
            "integer" | "bigint" => 'i',
            "text" => 't',
            other => panic!("no table has {other}"),
        }
    }

    async fn columns_of(url: &str, select: &str) -> BTreeSet<(String, String, char)> {
        let db = connect(url, false).await.expect("it opens");
        bring_up_to_date(&db).await.expect("the schema is made");
        let mut conn: Conn = db.read().await.expect("it reads");
        let rows = conn.rows_text(select.to_owned()).await.expect("it tells");
        let text = |row: &Row, at| row.text(at).expect("a name");
        let found = rows.iter().map(|row| (text(row, 0), text(row, 1), kind(&text(row, 2))));
        let found = found.collect();
        drop(conn);
        db.close().await;
        found
    }

    #[tokio::test]
    async fn every_column_of_both_databases_stands_in_the_list() {
        let folder = tempfile::tempdir().expect("a folder");
        let known: BTreeSet<_> = TABLES
            .iter()
            .flat_map(|table| {
                let columns: Vec<&str> = table.columns.split(", ").collect();
                assert_eq!(columns.len(), table.kinds.len(), "{}", table.name);
                let pairs = columns.into_iter().zip(table.kinds.chars());
                pairs.map(|(column, kind)| (table.name.to_owned(), column.to_owned(), kind))
            })
            .collect();
        let url = format!("sqlite:{}", folder.path().join("ledger.sqlite3").display());
        let select =
            "SELECT t.name, c.name, c.type FROM sqlite_schema t, pragma_table_info(t.name) c
                      WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'";
        assert_eq!(columns_of(&url, select).await, known);
        let url = Cluster::shared().database();
        let select = "SELECT table_name::text, column_name::text, data_type::text
                      FROM information_schema.columns
                      WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'";
        assert_eq!(columns_of(&url, select).await, known);
    }
}
