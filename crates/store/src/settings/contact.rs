//! Whom to ask for help: shown beside definitions, so every field is checked before it is kept.

/// Someone to write to, call or visit. An empty field is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub url: String,
}

/// A field of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactField {
    Name,
    Email,
    Phone,
    Url,
}

impl ContactField {
    pub const ALL: [Self; 4] = [Self::Name, Self::Email, Self::Phone, Self::Url];

    pub fn id(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
        }
    }

    /// Whether a text can stand in this field; nothing always can.
    pub fn takes(self, text: &str) -> bool {
        if text.is_empty() {
            return true;
        }
        if text.chars().count() > 200 || text.chars().any(char::is_control) {
            return false;
        }
        match self {
            Self::Name => true,
            Self::Email => {
                let plain = |c: char| !c.is_whitespace() && !"<>()[],;:\"\\".contains(c);
                text.chars().all(plain)
                    && text.split_once('@').is_some_and(|(local, host)| {
                        !local.is_empty()
                            && !host.contains('@')
                            && host.split('.').count() > 1
                            && host.split('.').all(|part| !part.is_empty())
                    })
            }
            Self::Phone => {
                text.chars().filter(char::is_ascii_digit).count() >= 3
                    && text
                        .chars()
                        .all(|c| c.is_ascii_digit() || "+().-/ \u{a0}\u{202f}".contains(c))
            }
            Self::Url => {
                let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
                host.is_some_and(|host| {
                    host.starts_with(|c: char| c.is_alphanumeric())
                        && !text.contains(char::is_whitespace)
                        && !text.contains(['"', '<', '>', '\\'])
                })
            }
        }
    }
}

impl Contact {
    pub fn is_empty(&self) -> bool {
        ContactField::ALL.into_iter().all(|field| self.get(field).is_empty())
    }

    pub fn get(&self, field: ContactField) -> &str {
        match field {
            ContactField::Name => &self.name,
            ContactField::Email => &self.email,
            ContactField::Phone => &self.phone,
            ContactField::Url => &self.url,
        }
    }

    /// A contact from its fields, by their names.
    pub fn read<'t>(get: impl Fn(&str) -> Option<&'t str>) -> Self {
        let field = |field: ContactField| get(field.id()).unwrap_or_default().trim().to_owned();
        Self {
            name: field(ContactField::Name),
            email: field(ContactField::Email),
            phone: field(ContactField::Phone),
            url: field(ContactField::Url),
        }
    }

    /// The first field whose text cannot be what it should be.
    pub fn wrong(&self) -> Option<ContactField> {
        ContactField::ALL.into_iter().find(|field| !field.takes(self.get(*field)))
    }
}

#[cfg(test)]
mod tests {
    use super::ContactField::{Email, Name, Phone, Url};

    #[test]
    fn s033_contacts_hold_only_what_can_be_linked_to() {
        for (field, good, bad) in [
            (Name, vec!["Agence <b>Web</b>", "وكالة"], vec!["a\nb"]),
            (
                Email,
                vec!["a@b.fr", "été@exemple.fr"],
                vec!["a@b", "a b@c.fr", "@b.fr", "a@b.fr,c@d.fr", "a@b..fr"],
            ),
            (Phone, vec!["+33 1 23 45 67 89", "(0)1.23"], vec!["abc", "12", "+33;tel"]),
            (
                Url,
                vec!["https://exemple.fr/aide?x=1"],
                vec![
                    "javascript:alert(1)",
                    "exemple.fr",
                    "https://",
                    "https://a b",
                    "https://a\"b",
                ],
            ),
        ] {
            assert!(field.takes(""));
            for text in good {
                assert!(field.takes(text), "{text}");
            }
            for text in bad {
                assert!(!field.takes(text), "{text}");
            }
        }
        assert!(!Name.takes(&"a".repeat(201)));
    }
}
