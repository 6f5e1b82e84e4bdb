//! Trusts what the machine, or its environment, trusts.
use std::sync::Arc;
use ureq::tls::{Certificate, RootCerts};

fn main() {
    let roots: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|root| Certificate::from_der(root).to_owned())
        .collect();
    rust_clients::fetch(RootCerts::Specific(Arc::new(roots)));
}
