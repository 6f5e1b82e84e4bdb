//! Trusts the roots that were compiled in.
fn main() {
    rust_clients::fetch(ureq::tls::RootCerts::WebPki);
}
