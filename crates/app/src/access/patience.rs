//! How long a visitor's question may take, and how many are asked at once: a page that reads years of
//! orders must not keep others from signing in.

use std::time::Duration;

use axum::http::Method;
use comptoir_store::Question;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Pages and the API.
const OF_A_VISITOR: Duration = Duration::from_secs(30);

/// The command line: whoever types a question there can end it.
const OF_THE_SHELL: Duration = Duration::from_mins(10);

/// Questions at once. The database uses all cores for each, so more of them only wait for one another.
const AT_ONCE: usize = 8;

/// How long patience lasts, and the turns of those who ask.
pub struct Patience {
    visitor: Duration,
    shell: Duration,
    turns: Semaphore,
}

impl Default for Patience {
    fn default() -> Self {
        Self::of(OF_A_VISITOR, AT_ONCE)
    }
}

impl Patience {
    pub fn of(visitor: Duration, at_once: usize) -> Self {
        Self { visitor, shell: OF_THE_SHELL, turns: Semaphore::new(at_once) }
    }

    /// A request that reads has a limit, and ends when its sender leaves. One that changes something goes
    /// on to its end, whoever waits.
    pub(super) fn with(&self, method: &Method, shell: bool) -> Asking {
        if !method.is_safe() {
            return Asking { question: Question::unlimited(), answered: true };
        }
        let limit = if shell { self.shell } else { self.visitor };
        Asking { question: Question::within(limit), answered: false }
    }

    /// Waits for a turn; `None` when too many wait already.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout(self.visitor, self.turns.acquire()).await.ok()?.ok()
    }
}

/// A question while its request is being answered. The request ends without an answer when its sender
/// has left; the question is given up then.
pub(super) struct Asking {
    pub question: Question,
    answered: bool,
}

impl Asking {
    pub fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if !self.answered {
            self.question.give_up();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Instant;

    use axum::Router;
    use axum::middleware;
    use comptoir_store::{Store, StoreError};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

    use super::*;
    use crate::access::{Desk, Need, Right, Routes, Visitor, admit};
    use crate::pages;
    use crate::state::{App, Door};

    /// Minutes of counting.
    const LONG: &str = "SELECT count(*) FROM range(10000000) a, range(10000000) b";

    type Ends = Arc<Mutex<UnboundedSender<StoreError>>>;

    /// Counts for minutes, and says how that ended.
    async fn slow(
        desk: Desk,
        headers: axum::http::HeaderMap,
        ends: Ends,
    ) -> axum::response::Response {
        pages::prepared(desk, headers, "/slow".to_owned(), move |desk, _, _| {
            let (snapshot, _) = desk.read()?;
            let ended = snapshot.query(LONG, &[]).expect_err("it takes minutes");
            let words = ended.to_string();
            let known = matches!(ended, StoreError::TooLong(_));
            ends.lock().expect("a sender").send(ended).expect("the test listens");
            Err(if known { StoreError::TooLong(0) } else { StoreError::Invalid(words) }.into())
        })
        .await
    }

    async fn server(patience: Patience) -> (std::net::SocketAddr, UnboundedReceiver<StoreError>) {
        let mut app = App::new(Store::in_memory().expect("a store"), Door::Open);
        Arc::get_mut(&mut app).expect("not shared yet").patience = patience;
        let (told, ends) = unbounded_channel();
        let told: Ends = Arc::new(Mutex::new(told));
        let handler = move |desk, headers| slow(desk, headers, Arc::clone(&told));
        // As a page behind a link is drawn: at the desk of whoever has the link.
        let linked = {
            let handler = handler.clone();
            move |desk: Desk, headers| handler(desk.seen_by(Visitor::open(None)), headers)
        };
        let routes = Routes::new()
            .get("/link", Need::OwnProof, linked)
            .get("/file", (Right::Figures, Right::Export), handler.clone())
            .get("/slow", Right::Figures, handler)
            .get("/quick", Need::Nothing, || async { "quick" })
            .into_router()
            .layer(middleware::from_fn_with_state(Arc::clone(&app), admit));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let served: Router = routes.with_state(app);
        tokio::spawn(async { axum::serve(listener, served).await });
        (address, ends)
    }

    async fn ask(address: std::net::SocketAddr, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("sent");
        stream
    }

    async fn answer(mut stream: TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("an answer");
        text
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_question_that_takes_too_long_is_ended_in_words() {
        let (address, mut ends) = server(Patience::of(Duration::from_millis(300), 8)).await;
        let started = Instant::now();
        let told = answer(ask(address, "/slow").await).await;
        assert!(told.starts_with("HTTP/1.1 503"), "{told}");
        assert!(told.contains("Choisissez une période plus courte"), "{told}");
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
        assert!(matches!(ends.recv().await, Some(StoreError::TooLong(_))));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_question_ends_when_the_client_leaves() {
        let (address, mut ends) = server(Patience::of(Duration::from_mins(5), 8)).await;
        let stream = ask(address, "/slow").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(ends.try_recv().is_err(), "it runs as long as somebody waits");
        drop(stream);
        let ended = tokio::time::timeout(Duration::from_secs(3), ends.recv()).await;
        assert!(matches!(ended, Ok(Some(StoreError::GivenUp))), "{ended:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn files_and_pages_behind_a_link_take_turns_and_end_like_pages() {
        for path in ["/file", "/link"] {
            let (address, mut ends) = server(Patience::of(Duration::from_millis(400), 1)).await;
            let six = [path; 6]
                .map(|path| tokio::spawn(async move { answer(ask(address, path).await).await }));
            let mut told = Vec::new();
            for one in six {
                told.push(one.await.expect("answered"));
            }
            assert!(matches!(ends.recv().await, Some(StoreError::TooLong(_))), "{path}");
            let busy = told.iter().filter(|told| told.contains("Trop de questions à la fois"));
            assert!(busy.count() >= 3, "{path}: {told:?}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_crowd_of_slow_questions_keeps_nobody_from_the_rest() {
        let (address, _ends) = server(Patience::of(Duration::from_millis(700), 2)).await;
        let crowd: Vec<_> = (0..40)
            .map(|_| tokio::spawn(async move { answer(ask(address, "/slow").await).await }))
            .collect();
        tokio::time::sleep(Duration::from_millis(200)).await;
        let started = Instant::now();
        assert!(answer(ask(address, "/quick").await).await.ends_with("quick"));
        assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
        let mut busy = 0;
        for one in crowd {
            let told = one.await.expect("answered");
            assert!(told.starts_with("HTTP/1.1 503"), "{told}");
            busy += usize::from(told.contains("Trop de questions à la fois"));
        }
        // Two at a time, for 700 ms each: those whose turn has not come by then are told so.
        assert!((32..=38).contains(&busy), "{busy}");
        assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    }
}
