//! Serves the replay of a platform to the vendors' own clients: `replay PLATFORM ADDRESS`. Prints one
//! line with its address when it is ready.
#![expect(clippy::print_stdout, reason = "the one line that whoever started it waits for")]

#[path = "../tests/it/replay.rs"]
#[expect(dead_code, reason = "tests use the rest")]
mod replay;

use replay::{Replay, Response};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let platform = arguments.next().unwrap_or_default();
    let address = arguments.next().and_then(|address| address.parse().ok());
    let address = address.unwrap_or_else(|| std::net::SocketAddr::from(([127, 0, 0, 1], 0)));
    let server = match platform.as_str() {
        "woocommerce" => Replay::start_on(address, {
            let shop = replay::woocommerce::shop::Shop::served();
            let shop = replay::woocommerce::WooCommerce::new(shop);
            move |request| shop.answer(request)
        }),
        "shopify" | "shopify-60-days" => {
            let now = "2026-11-22T12:00:00Z".parse().expect("a time");
            let mut shop = replay::shopify::Shop::generated(500, 8, now);
            if platform == "shopify-60-days" {
                shop.scopes.retain(|scope| *scope != "read_all_orders");
            }
            Replay::start_on(address, move |request| shop.answer(request))
        }
        "prestashop" => {
            replay::prestashop::serve_on(address, replay::prestashop::Shop::recorded()).0
        }
        other => Replay::start_on(address, {
            let other = other.to_owned();
            move |_| Response::json(404, format!("{{\"message\":\"no replay of {other}\"}}"))
        }),
    };
    println!("{}/", server.url());
    loop {
        std::thread::park();
    }
}
