//! A program error in one request is that request's alone: it is answered with 500, and the server goes on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::commands::log;

pub async fn rescue(request: Request, next: Next) -> Response {
    // The word of a share link opens it: no log may hold it.
    let path = request.uri().path();
    let path = if path.starts_with("/s/") { "/s/…" } else { path };
    let asked = format!("{} {path}", request.method());
    let mut answering = pin!(next.run(request));
    std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| answering.as_mut().poll(context))) {
            Ok(polled) => polled,
            Err(_panicked) => {
                log(&format!(
                    "{asked}: the program failed at this request; nothing else is touched"
                ));
                Poll::Ready(StatusCode::INTERNAL_SERVER_ERROR.into_response())
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn broken() -> &'static str {
        let nothing: [u8; 0] = [];
        let index = std::hint::black_box(3);
        assert!(nothing.len() > index, "a program error");
        "never"
    }

    #[tokio::test]
    async fn a_panic_is_answered_with_500_and_the_connection_goes_on() {
        let routes = Router::new()
            .route("/broken", get(broken))
            .route("/whole", get(|| async { "whole" }))
            .layer(middleware::from_fn(rescue));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async { axum::serve(listener, routes).await });
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("connected");
        let asked = "GET /broken HTTP/1.1\r\nhost: a\r\n\r\nGET /whole HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        stream.write_all(asked.as_bytes()).await.expect("sent");
        let mut told = String::new();
        stream.read_to_string(&mut told).await.expect("answers");
        assert!(told.starts_with("HTTP/1.1 500"), "{told}");
        assert!(told.ends_with("whole"), "{told}");
    }
}
