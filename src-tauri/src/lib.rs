//! The shell: opens the windows, hands each call to the core with the session of the window that made it, and hands
//! back the core's events. It must never decide anything: no rule, no text and no data lives here.

mod arguments;
mod browser;
mod closing;
mod commands;
mod drawing;
mod events;
mod instance;
mod log;
mod place;
mod sessions;
mod window;

use arguments::Arguments;
use bannette_core::Core;
use clap::Parser;
use instance::Instance;
use sessions::Sessions;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use tauri::async_runtime::block_on;
use tauri::{App, AppHandle, Manager, RunEvent, WindowEvent};

/// Runs the program until its last window is closed.
#[must_use]
pub fn run() -> ExitCode {
    // Started again to read a document: nothing else of this program is begun.
    if let Some(ended) = bannette_core::serve_if_asked() {
        return ended;
    }
    let arguments = Arguments::parse();
    log::start();
    let app = closing::with_menu(tauri::Builder::default())
        .manage(Sessions::default())
        .manage(closing::Holds::default())
        .invoke_handler(commands::handler())
        .setup(move |app| {
            // Handed back as an error, it would be a panic.
            if let Err(error) = start(app, &arguments) {
                tracing::error!(%error, "the window could not be opened");
                app.handle().exit(1);
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(on_event)).unwrap_or(1)),
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}

fn start(app: &mut App, arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let place = place::of(app, arguments)?;
    let web_data = match Instance::claim(&place.data) {
        Ok(Some(instance)) => {
            instance.listen(app.handle().clone());
            Some(place.data.join("fenetre"))
        }
        Ok(None) => {
            // Another program holds this practice: its windows are what was asked for.
            instance::ask(&place.data, arguments.new_window)?;
            app.handle().exit(0);
            return Ok(());
        }
        Err(error) => {
            // A folder that cannot be written: the window opens all the same, and its page says so.
            tracing::warn!(%error, "the practice's folder cannot be claimed");
            None
        }
    };
    app.manage(window::WebData(web_data));
    let core = block_on(Core::open(place));
    core.use_browser(Arc::new(browser::SystemBrowser));
    block_on(async { core.start_fetching() });
    app.manage(core);
    window::open(app.handle(), window::MAIN)?;
    stop_when_told(app.handle().clone());
    Ok(())
}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::WindowEvent { label, event: WindowEvent::CloseRequested { api, .. }, .. } => {
            closing::asked(app, &label, &api);
        }
        RunEvent::WindowEvent { label, event: WindowEvent::Destroyed, .. } => app.state::<Sessions>().close(&label),
        RunEvent::Exit => {
            if let Some(core) = app.try_state::<Core>() {
                block_on(core.stop());
            }
        }
        _ => {}
    }
}

/// Ends in order when the system asks: what is being stored is stored.
fn stop_when_told(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        match told().await {
            Ok(()) => app.exit(0),
            Err(error) => tracing::warn!(%error, "the system's request to stop cannot be heard"),
        }
    });
}

#[cfg(unix)]
async fn told() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn told() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
