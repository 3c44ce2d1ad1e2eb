//! A proxy before a server of this machine: it counts what passes, and cuts where it is told to.
#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// No cut.
pub const WHOLE: u64 = u64::MAX;

/// The proxy; it serves as long as the test's process lives.
pub struct Proxy {
    port: u16,
    state: Arc<State>,
}

struct State {
    /// Bytes that each connection lets pass from the server before it is cut.
    cut_after: AtomicU64,
    /// Bytes that came from the server, over all connections.
    passed: AtomicU64,
}

impl Proxy {
    pub fn before(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let own = listener.local_addr().unwrap().port();
        let state = Arc::new(State { cut_after: AtomicU64::new(WHOLE), passed: AtomicU64::new(0) });
        let shared = state.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // The server may be stopped at the moment.
                if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                    serve(client, server, &shared);
                }
            }
        });
        Self { port: own, state }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts every connection after so many bytes from the server.
    pub fn cut_after(&self, bytes: u64) {
        self.state.cut_after.store(bytes, Ordering::SeqCst);
    }

    /// Bytes that came from the server since this was asked last.
    pub fn passed(&self) -> u64 {
        self.state.passed.swap(0, Ordering::SeqCst)
    }
}

fn serve(client: TcpStream, server: TcpStream, state: &Arc<State>) {
    let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || {
        // However it ends, the server hears of it; an error is one of the ends that are wanted here.
        drop(std::io::copy(&mut from_client, &mut to_server));
        drop(to_server.shutdown(Shutdown::Both));
    });
    let state = state.clone();
    thread::spawn(move || {
        pass(&server, &client, &state);
        drop(client.shutdown(Shutdown::Both));
        drop(server.shutdown(Shutdown::Both));
    });
}

fn pass(mut server: &TcpStream, mut client: &TcpStream, state: &State) {
    let mut left = state.cut_after.load(Ordering::SeqCst);
    let mut piece = [0; 4096];
    while left > 0 {
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
        let Ok(read @ 1..) = server.read(&mut piece[..room]) else { return };
        if client.write_all(&piece[..read]).is_err() {
            return;
        }
        let read = u64::try_from(read).unwrap();
        left -= read;
        state.passed.fetch_add(read, Ordering::SeqCst);
    }
}
