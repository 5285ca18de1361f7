//! The servers: one for the desk, one for its metrics.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::KeepAlive;
use actix_web::web::{Data, get, resource};
use actix_web::{App, HttpResponse, HttpServer};
use roomkey_desk::desk::Desk;

use crate::mount::configure;
use crate::settings::HttpSettings;

/// How long a connection that is to be closed may go on sending what nobody reads.
const LINGER: Duration = Duration::from_secs(1);

/// Serves the desk on a listener that is bound already.
///
/// It takes no signals: `Server::handle().stop(true)` finishes what is in flight, for at most
/// [`HttpSettings::shutdown_timeout`].
pub fn serve(desk: Arc<Desk>, settings: HttpSettings, listener: TcpListener) -> io::Result<Server> {
    let desk = Data::from(desk);
    let HttpSettings {
        workers, max_connections, header_timeout, keep_alive, shutdown_timeout, ..
    } = settings;
    let server = HttpServer::new(move || {
        App::new().app_data(desk.clone()).configure(|app| configure(app, &settings))
    });
    let server = server
        .workers(workers)
        .max_connections(max_connections)
        .client_request_timeout(header_timeout)
        .client_disconnect_timeout(LINGER)
        .keep_alive(KeepAlive::Timeout(keep_alive))
        .shutdown_timeout(shutdown_timeout.as_secs())
        .disable_signals();
    Ok(server.listen(listener)?.run())
}

/// Serves `/metrics` on a listener of its own, as `render` writes them at each request.
pub fn metrics_app(
    render: Arc<dyn Fn() -> String + Send + Sync>,
    listener: TcpListener,
) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        let render = Arc::clone(&render);
        let answer = move || {
            let text = render();
            async move {
                HttpResponse::Ok()
                    .content_type("text/plain; version=0.0.4; charset=utf-8")
                    .body(text)
            }
        };
        App::new().service(resource("/metrics").route(get().to(answer)))
    });
    Ok(server
        .workers(1)
        .max_connections(64)
        .shutdown_timeout(1)
        .disable_signals()
        .listen(listener)?
        .run())
}
