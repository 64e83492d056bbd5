//! Which folder holds the data: `--data DIR`, else `SHOULOU_DATA`, else the system's own place.

use std::ffi::OsString;
use std::path::PathBuf;

/// The folder the user named, if any. `--data DIR` and `--data=DIR` win over the environment.
pub(crate) fn named(
    args: impl IntoIterator<Item = OsString>,
    environment: Option<OsString>,
) -> Option<PathBuf> {
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        if arg == "--data" {
            return args.next().filter(|dir| !dir.is_empty()).map(PathBuf::from);
        }
        if let Some(dir) = arg.to_str().and_then(|arg| arg.strip_prefix("--data=")) {
            return Some(PathBuf::from(dir)).filter(|dir| !dir.as_os_str().is_empty());
        }
    }
    environment.filter(|dir| !dir.is_empty()).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::named;
    use std::path::PathBuf;

    fn check(args: &[&str], environment: Option<&str>, expected: Option<&str>) {
        let found = named(args.iter().map(Into::into), environment.map(Into::into));
        assert_eq!(found, expected.map(PathBuf::from), "{args:?} {environment:?}");
    }

    #[test]
    fn the_argument_wins_over_the_environment_and_nothing_means_the_systems_place() {
        check(&["--data", "/a"], Some("/b"), Some("/a"));
        check(&["--data=/a b"], Some("/b"), Some("/a b"));
        check(&["--data=/交楼"], None, Some("/交楼"));
        check(&[], Some("/b"), Some("/b"));
        check(&["other"], None, None);
        check(&[], None, None);
    }

    #[test]
    fn an_empty_name_is_no_name() {
        check(&["--data="], None, None);
        check(&["--data"], None, None);
        check(&[], Some(""), None);
    }
}
