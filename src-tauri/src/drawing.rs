//! How the page is drawn. WebKitGTK wants a graphics processor and emulates one where there is none (a virtual machine, a thin
//! client): each layer of the page then lies in memory several times, and every frame is computed by the processor as if it
//! were one (docs/decisions/0016). There it is told to draw directly.

use tauri::WebviewWindow;

/// Has this window draw as suits the post.
#[cfg(target_os = "linux")]
pub fn suit(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
    if has_graphics_processor() {
        return Ok(());
    }
    window.with_webview(|view| match view.inner().settings() {
        Some(settings) => settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never),
        None => tracing::warn!("the web view has no settings: it draws as it likes"),
    })
}

/// The other platforms' web views see to it themselves.
#[cfg(not(target_os = "linux"))]
pub fn suit(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Whether the kernel has one that programs may compute with: its render nodes.
#[cfg(target_os = "linux")]
fn has_graphics_processor() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else { return false };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}
