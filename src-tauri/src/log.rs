//! What the program tells its maintainer, on the standard error: never contents, names or secrets.

use tracing_subscriber::EnvFilter;

/// Starts the log: warnings of all, news of Bannette, or what `RUST_LOG` asks for.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new("warn,bannette_core=info,bannette_mail=info,bannette_store=info,bannette_desktop=info")
    });
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
