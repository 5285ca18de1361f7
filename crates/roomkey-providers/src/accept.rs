//! What the row of a provider in the table demands of a section: its fields and its keys.

use std::collections::BTreeMap;

use roomkey_claims::{Key, KeyId};
use secrecy::{ExposeSecret, SecretString};

use crate::{Descriptor, Section, SectionError};

impl Section {
    /// Refuses fields that the provider does not know and misses those that it requires.
    pub(crate) fn check_fields(&self, descriptor: &Descriptor) -> Result<(), SectionError> {
        let fields = descriptor.fields;
        if let Some(field) =
            self.values.keys().find(|name| fields.iter().all(|field| field.name != name.as_str()))
        {
            let (key, secret) = (descriptor.key_field, descriptor.secret_field);
            let secret_file = format!("{secret}_file");
            let names = ["kind", key, secret, &secret_file, "keys"].into_iter();
            let names =
                names.chain(fields.iter().map(|field| field.name).filter(|name| *name != key));
            let known = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            return Err(SectionError::UnknownField { field: field.clone(), known });
        }
        match fields.iter().find(|field| field.required && !self.values.contains_key(field.name)) {
            Some(field) => {
                Err(SectionError::MissingField { field: field.name, about: field.about })
            }
            None => Ok(()),
        }
    }

    /// The keys and their secrets, each accepted by `accepts`, which gets the id and the secret.
    pub(crate) fn accepted_keys(
        &self,
        descriptor: &Descriptor,
        accepts: &dyn Fn(&KeyId, &str) -> Result<(), SectionError>,
    ) -> Result<(Vec<Key>, BTreeMap<KeyId, SecretString>), SectionError> {
        if self.keys.is_empty() {
            let (key_field, secret_field) = (descriptor.key_field, descriptor.secret_field);
            return Err(SectionError::NoKeys { key_field, secret_field });
        }
        let mut keys = Vec::with_capacity(self.keys.len());
        let mut secrets = BTreeMap::new();
        for (number, key) in (1..).zip(&self.keys) {
            let id = KeyId::try_from(key.id.clone()).map_err(|_| SectionError::KeyId { number })?;
            accepts(&id, key.secret.expose_secret())?;
            if secrets.insert(id.clone(), key.secret.clone()).is_some() {
                return Err(SectionError::DuplicateKey { id });
            }
            keys.push(Key { id, state: key.state, not_after: key.not_after });
        }
        Ok((keys, secrets))
    }
}
