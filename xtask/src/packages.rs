//! The Debian packages this project needs, each with the reason.

/// What a command is about to do decides what must be there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    /// To build and open the window.
    Window,
    /// To test it as well.
    Tests,
}

pub(crate) const PACKAGES: &[(Needs, &str, &str)] = &[
    (
        Needs::Window,
        "build-essential",
        "the C compiler, make and perl that SQLCipher and its OpenSSL are built with",
    ),
    (Needs::Window, "pkg-config", "finds the system libraries below"),
    (Needs::Window, "libwebkit2gtk-4.1-dev", "the web view"),
    (Needs::Window, "libgtk-3-dev", "the window around it"),
    (Needs::Window, "libdbus-1-dev", "talks to the desktop session"),
    (Needs::Window, "fonts-noto-cjk", "Chinese on screen; paper has its own fonts"),
    (Needs::Tests, "git", "the history that generated files are compared with"),
    (Needs::Tests, "webkit2gtk-driver", "drives the real window"),
    (Needs::Tests, "xvfb", "a screen where there is none"),
    (Needs::Tests, "xauth", "xvfb-run asks for it"),
    (Needs::Tests, "dbus", "a desktop session of the tests' own"),
    (Needs::Tests, "gnome-keyring", "a real keyring in it"),
    (Needs::Tests, "chromium", "the browser tests"),
    (Needs::Tests, "poppler-utils", "reads the text and draws the pages of printed PDFs"),
    (Needs::Tests, "qpdf", "checks the structure of printed PDFs"),
    (Needs::Tests, "faketime", "sets a program's clock back ten years"),
    (Needs::Tests, "cups-daemon", "a print scheduler of the tests' own"),
    (Needs::Tests, "cups-client", "sets its queues up"),
    (Needs::Tests, "cups-ipp-utils", "a real IPP printer, without the paper"),
    (Needs::Tests, "cups-filters-core-drivers", "what a driverless queue passes PDF through"),
    (Needs::Tests, "avahi-daemon", "that printer does not start without one"),
    (Needs::Tests, "postgresql", "a database of the server's tests' own"),
    (Needs::Tests, "util-linux", "unshare: a full or read-only disk for one test"),
    (Needs::Tests, "mount", "puts that disk in place"),
];
