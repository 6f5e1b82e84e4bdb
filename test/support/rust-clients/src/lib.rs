//! Fetches the address that is its argument, and prints the status.
use ureq::tls::{RootCerts, TlsConfig};

pub fn fetch(roots: RootCerts) {
    let tls = TlsConfig::builder().root_certs(roots).build();
    let agent = ureq::Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .build()
        .new_agent();
    let url = std::env::args().nth(1).expect("an address");
    match agent.get(&url).call() {
        Ok(answer) => println!("{}", answer.status().as_u16()),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}
