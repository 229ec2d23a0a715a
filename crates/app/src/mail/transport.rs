//! The way to the mail server: protected, within a time, and never in the clear beyond this machine.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use comptoir_store::mail::{MailServer, Security};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{SmtpTransport, Transport as _};

use super::Trouble;

/// Longest wait for the connection, and for each answer.
const PATIENCE: Duration = Duration::from_secs(10);

pub fn hand_over(
    letter: &lettre::Message,
    server: &MailServer,
    password: Option<&str>,
) -> Result<(), Trouble> {
    let host = server.host.as_str();
    let found = addresses(host, server.port)?;
    let tls = |of: fn(TlsParameters) -> Tls| {
        TlsParameters::new(host.to_owned())
            .map(of)
            .map_err(|_| Trouble::UnknownHost(host.to_owned()))
    };
    let security = match server.security {
        Security::StartTls => tls(Tls::Required)?,
        Security::Tls => tls(Tls::Wrapper)?,
        // Asked of the addresses that are really connected to, not of the name.
        Security::None if found.iter().all(|address| address.ip().is_loopback()) => Tls::None,
        Security::None => return Err(Trouble::InTheClear(host.to_owned())),
    };
    let mut builder = SmtpTransport::builder_dangerous(host)
        .port(server.port)
        .tls(security)
        .timeout(Some(PATIENCE));
    if !server.user.is_empty() {
        let password = password.unwrap_or_default().to_owned();
        builder = builder.credentials(Credentials::new(server.user.clone(), password));
    }
    builder.build().send(letter).map(drop).map_err(|error| Trouble::told(&error, server))
}

fn addresses(host: &str, port: u16) -> Result<Vec<SocketAddr>, Trouble> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let unknown = || Trouble::UnknownHost(host.to_owned());
    let found: Vec<SocketAddr> = (host, port).to_socket_addrs().map_err(|_| unknown())?.collect();
    if found.is_empty() { Err(unknown()) } else { Ok(found) }
}
