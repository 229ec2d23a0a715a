//! Certificates: of the address that others reach this server under, and of the connected shops. They are
//! looked at even where a client would refuse them, since that is when it matters.

use std::collections::BTreeSet;
use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use comptoir_sources::http::address;
use comptoir_store::Snapshot;
use comptoir_store::connections;
use jiff::{SignedDuration, Timestamp};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{Part, Report};
use crate::format;

/// Whoever gets certificates by themselves has renewed them long before.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// For each step of the handshake.
const PATIENCE: Duration = Duration::from_secs(5);

/// Addresses that are asked at most.
const MOST: usize = 20;

/// What a server showed of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub expires: Timestamp,
    /// Why a client refuses it, if it does.
    pub refused: Option<String>,
}

pub(super) fn examine<'a>(snapshot: &'a Snapshot, public: Option<&'a str>) -> Part<'a> {
    let shops = connections::list(snapshot)?;
    Ok(Box::new(move |report| {
        let asked: BTreeSet<(String, u16)> = public
            .into_iter()
            .chain(shops.iter().map(|shop| shop.url.as_str()))
            .filter_map(secured)
            .take(MOST)
            .collect();
        if let Some(public) = public.filter(|public| secured(public).is_none()) {
            report.attention("certificate", "certificate-plain", &[("name", public)]);
        }
        // Each waits for its own server.
        let shown: Vec<_> = std::thread::scope(|scope| {
            let asking: Vec<_> = asked
                .into_iter()
                .map(|(host, port)| scope.spawn(move || (ask(&host, port), host)))
                .collect();
            asking.into_iter().filter_map(|one| one.join().ok()).collect()
        });
        for (shown, host) in shown {
            tell(report, &host, shown);
        }
    }))
}

/// Host and port of an https address.
fn secured(typed: &str) -> Option<(String, u16)> {
    let url = address(typed).ok()?;
    let host = url.host_str().filter(|_| url.scheme() == "https")?;
    Some((host.to_owned(), url.port_or_known_default()?))
}

pub(super) fn tell(report: &mut Report, host: &str, shown: io::Result<Shown>) {
    let shown = match shown {
        Ok(shown) => shown,
        Err(error) => {
            let problem = crate::importing::visible(&error.to_string());
            let values = [("name", host), ("problem", &*problem)];
            report.attention("certificate", "certificate-unreached", &values);
            return;
        }
    };
    let left = shown.expires.duration_since(report.now);
    let day = format::day(report.lang, shown.expires.to_zoned(jiff::tz::TimeZone::UTC).date());
    let days = format::integer(report.lang, left.as_hours() / 24);
    let problem = crate::importing::visible(shown.refused.as_deref().unwrap_or_default());
    let values = [("name", host), ("day", &*day), ("days", &*days), ("problem", &*problem)];
    if left <= SignedDuration::ZERO {
        report.faulty("certificate", "certificate-expired", &values);
    } else if shown.refused.is_some() {
        report.faulty("certificate", "certificate-refused", &values);
    } else if left < SOON {
        report.attention("certificate", "certificate-soon", &values);
    } else {
        report.ok("certificate", "certificate-ok", &values);
    }
}

/// Shakes hands and looks at what is shown; nothing is asked for.
pub(super) fn ask(host: &str, port: u16) -> io::Result<Shown> {
    let wrong = |error: &dyn std::fmt::Display| io::Error::other(error.to_string());
    let name = ServerName::try_from(host.to_owned()).map_err(|error| wrong(&error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let judge = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|error| wrong(&error))?;
    let onlooker =
        Arc::new(Onlooker { judge, provider: Arc::clone(&provider), seen: Mutex::default() });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::<Onlooker>::clone(&onlooker))
        .with_no_client_auth();
    let mut connection =
        ClientConnection::new(Arc::new(config), name).map_err(|error| wrong(&error))?;
    let mut stream = connect(host, port)?;
    while connection.is_handshaking() {
        // A server that hangs up here has shown its certificate, or has none.
        if connection.complete_io(&mut stream).is_err() {
            break;
        }
    }
    let seen = onlooker.seen.lock().unwrap_or_else(PoisonError::into_inner).take();
    seen.ok_or_else(|| io::Error::other("no certificate was shown"))?
}

fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Lets every certificate pass, and keeps what it says and whether a client would have let it.
#[derive(Debug)]
struct Onlooker {
    judge: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
    seen: Mutex<Option<io::Result<Shown>>>,
}

impl ServerCertVerifier for Onlooker {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let judged = self.judge.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        let expires = X509Certificate::from_der(end_entity).ok().and_then(|(_, read)| {
            Timestamp::from_second(read.validity().not_after.timestamp()).ok()
        });
        let shown = expires
            .map(|expires| Shown { expires, refused: judged.err().map(|error| error.to_string()) })
            .ok_or_else(|| io::Error::other("the certificate can’t be read"));
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
