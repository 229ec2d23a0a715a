//! Receives an upload: the fields of the form, and the file straight to disk.

use std::path::PathBuf;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use comptoir_model::{Currency, Shop};
use comptoir_store::StoredShop;
use jiff::tz::TimeZone;
use tokio::io::AsyncWriteExt;

use super::choices::{Choices, known_format};
use super::reading::excerpt;
use super::uploads::{Target, Uploads};
use super::words::Trouble;

/// The largest file that is taken.
const MAX_FILE: u64 = 4 << 30;
/// The longest text of a form field.
const MAX_TEXT: usize = 1_000;
/// The value of the list of shops that means "a new one".
pub const NEW_SHOP: &str = "+";

/// A form that arrived whole. Its file is removed unless it is kept.
pub struct Received {
    pub id: String,
    pub path: PathBuf,
    pub size: u64,
    pub name: String,
    pub form: Form,
    kept: bool,
}

/// The texts of the form, to fill it in again when something is wrong with them.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub shop: String,
    pub name: String,
    pub currency: String,
    pub timezone: String,
    pub format: String,
}

/// Reads the form; the file goes to disk as it comes.
pub async fn receive(uploads: &Uploads, mut parts: Multipart) -> Result<Received, (Form, Trouble)> {
    let mut form = Form::default();
    let mut received: Option<Received> = None;
    loop {
        let field = match parts.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(error) => return Err((form, broken(&error))),
        };
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" && received.is_none() {
            match save(uploads, field).await {
                Ok(saved) => received = Some(saved),
                Err(trouble) => return Err((form, trouble)),
            }
            continue;
        }
        match text(field).await {
            Ok(value) => form.set(&name, value),
            Err(trouble) => return Err((form, trouble)),
        }
    }
    match received {
        Some(mut received) if received.size > 0 => {
            received.form = form;
            Ok(received)
        }
        // A form sent without choosing a file holds one without name or bytes.
        Some(received) if received.name.is_empty() => Err((form, Trouble::NoFile)),
        Some(_) => Err((form, Trouble::File(comptoir_sources::FileError::Empty))),
        None => Err((form, Trouble::NoFile)),
    }
}

impl Received {
    /// The number and the path, for someone who will take care of the file.
    pub fn keep(&mut self) -> (String, PathBuf) {
        self.kept = true;
        (self.id.clone(), self.path.clone())
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if !self.kept {
            let _absent = std::fs::remove_file(&self.path);
        }
    }
}

impl Form {
    fn set(&mut self, name: &str, value: String) {
        match name {
            "shop" => self.shop = value,
            "name" => self.name = value,
            "currency" => self.currency = value,
            "timezone" => self.timezone = value,
            "format" => self.format = value,
            _ => {}
        }
    }

    pub fn choices(&self) -> Choices {
        Choices { format: known_format(&self.format), ..Choices::default() }
    }

    /// The shop meant: a known one, or a new one that is still to be created.
    pub fn target(&self, known: &[StoredShop]) -> Result<Target, Trouble> {
        if let Some(stored) = known.iter().find(|stored| stored.shop.slug == self.shop) {
            return Ok(Target { shop: stored.shop.clone(), id: Some(stored.id), new: false });
        }
        if self.shop != NEW_SHOP && !self.shop.is_empty() {
            return Err(Trouble::NoShop);
        }
        let name = excerpt(self.name.trim(), 80);
        if name.is_empty() {
            return Err(Trouble::NoName);
        }
        let slug = slug(&name);
        if known.iter().any(|stored| stored.shop.slug == slug) {
            return Err(Trouble::ShopExists(name));
        }
        let currency: Currency = self
            .currency
            .trim()
            .to_uppercase()
            .parse()
            .map_err(|_| Trouble::Currency(excerpt(&self.currency, 20)))?;
        let timezone = self.timezone.trim();
        // A zone without a name could not be written down again.
        let zone =
            TimeZone::get(timezone).ok().and_then(|zone| zone.iana_name().map(str::to_owned));
        let timezone = zone.ok_or_else(|| Trouble::Zone(excerpt(timezone, 60)))?;
        Ok(Target {
            shop: Shop { slug, name, platform: "file".into(), currency, timezone },
            id: None,
            new: true,
        })
    }
}

/// A name as part of an address: « Ferme de l’Été » becomes `ferme-de-l-ete`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        let plain = match c {
            'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => 'a',
            'ç' => 'c',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' | 'í' => 'i',
            'ô' | 'ö' | 'ó' | 'õ' => 'o',
            'ù' | 'û' | 'ü' | 'ú' => 'u',
            'ñ' => 'n',
            other => other,
        };
        if plain == 'œ' {
            slug.push_str("oe");
        } else if plain.is_ascii_alphanumeric() {
            slug.push(plain);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(40);
    let slug = slug.trim_end_matches('-');
    // A name in another script has no letter left.
    if slug.is_empty() {
        format!(
            "shop-{:x}",
            name.chars().fold(0_u32, |sum, c| sum.wrapping_mul(31).wrapping_add(u32::from(c)))
        )
    } else {
        slug.to_owned()
    }
}

async fn save(uploads: &Uploads, mut field: Field<'_>) -> Result<Received, Trouble> {
    let name = display_name(field.file_name().unwrap_or_default());
    let (id, path, file) = uploads.create().map_err(|error| Trouble::Disk(error.to_string()))?;
    let mut received = Received { id, path, size: 0, name, form: Form::default(), kept: false };
    let mut file = tokio::fs::File::from_std(file);
    while let Some(piece) = field.chunk().await.map_err(|error| broken(&error))? {
        received.size += piece.len() as u64;
        if received.size > MAX_FILE {
            return Err(Trouble::TooLarge);
        }
        file.write_all(&piece).await.map_err(|error| Trouble::Disk(error.to_string()))?;
    }
    file.flush().await.map_err(|error| Trouble::Disk(error.to_string()))?;
    Ok(received)
}

async fn text(mut field: Field<'_>) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MAX_TEXT {
            return Err(Trouble::Broken);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The last part of what the browser calls the file: its end is kept, which tells its kind.
fn display_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: Vec<char> = last.chars().filter(|c| !c.is_control()).collect();
    clean[clean.len().saturating_sub(120)..].iter().collect::<String>().trim().to_owned()
}

fn broken(_error: &MultipartError) -> Trouble {
    Trouble::Broken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str, currency: &str, timezone: &str) -> Form {
        Form {
            shop: NEW_SHOP.into(),
            name: name.into(),
            currency: currency.into(),
            timezone: timezone.into(),
            format: String::new(),
        }
    }

    #[test]
    fn a_new_shop_gets_a_slug_and_checked_settings() {
        let target = form(" Ferme de l’Été ", "eur", "Europe/Paris").target(&[]).unwrap();
        assert!(target.new);
        assert_eq!(target.shop.slug, "ferme-de-l-ete");
        assert_eq!(
            (target.shop.name.as_str(), target.shop.currency.code()),
            ("Ferme de l’Été", "EUR")
        );
        assert!(matches!(form("", "EUR", "Europe/Paris").target(&[]), Err(Trouble::NoName)));
        assert!(matches!(form("A", "EURO", "Europe/Paris").target(&[]), Err(Trouble::Currency(_))));
        assert!(matches!(form("A", "EUR", "Paris").target(&[]), Err(Trouble::Zone(_))));
        let known = StoredShop {
            id: 1,
            shop: target.shop,
            profile: String::new(),
            rule: comptoir_model::CountingRule::default(),
        };
        let again =
            form("ferme DE l'été", "EUR", "Europe/Paris").target(std::slice::from_ref(&known));
        assert!(matches!(again, Err(Trouble::ShopExists(_))));
        let gone = Form { shop: "gone".into(), ..Form::default() };
        assert!(matches!(gone.target(&[known]), Err(Trouble::NoShop)));
    }

    #[test]
    fn slugs_are_always_slugs() {
        for name in ["Ferme", "日本の店", "--", "É", "a".repeat(90).as_str(), "Œuf & Cie"] {
            assert!(Shop::is_slug(&slug(name)), "{name}: {}", slug(name));
        }
        assert_eq!(slug("Œuf & Cie"), "oeuf-cie");
    }

    #[test]
    fn names_of_files_are_for_showing_only() {
        assert_eq!(display_name("../../etc/passwd"), "passwd");
        assert_eq!(display_name("C:\\exports\\a\u{1b}[31m.csv"), "a[31m.csv");
        let long = format!("{}.jsonl", "é".repeat(500));
        assert!(display_name(&long).ends_with("é.jsonl"));
        assert_eq!(display_name(&long).chars().count(), 120);
    }
}
