//! Settings of a room that nobody could use are refused.

use roomkey_claims::{BoundsError, RoomBounds, RoomId, RoomSettings, SessionOptions};
use roomkey_providers::Configured;

use crate::error::DeskError;
use crate::rooms::error::RoomSettingsError;
use crate::tokens::rules::Rules;

impl Rules {
    /// Refuses a room whose profile is not in the settings, whose settings its provider does not have, or whose bounds
    /// fit no lifetime.
    pub(crate) fn check_room(&self, name: &RoomId, room: &RoomSettings) -> Result<(), DeskError> {
        let profile = &room.profile;
        let configured = self
            .profiles
            .get(profile)
            .ok_or_else(|| DeskError::UnknownProfile { profile: profile.clone() })?;
        check_provider(name, room, configured).map_err(DeskError::RoomSettings)?;
        check_bounds(room.bounds)?;
        let narrowed = self.lifetime.narrowed(room.bounds, configured.profile.cap);
        if narrowed.max < narrowed.min {
            return Err(DeskError::RoomBounds(BoundsError::Inverted {
                min: narrowed.min,
                max: narrowed.max,
            }));
        }
        Ok(())
    }
}

/// Refuses what the provider of the room does not have.
fn check_provider(
    name: &RoomId,
    room: &RoomSettings,
    Configured { profile, .. }: &Configured,
) -> Result<(), RoomSettingsError> {
    let descriptor = roomkey_providers::find(profile.kind.as_str());
    let longest = descriptor.map_or(usize::MAX, |descriptor| descriptor.longest_room_id);
    if longest < name.as_str().len() {
        return Err(RoomSettingsError::Name { longest });
    }
    if room.with_did && !descriptor.is_some_and(|descriptor| descriptor.metadata) {
        return Err(RoomSettingsError::Did);
    }
    if room.string_accounts && !profile.numeric_ids {
        return Err(RoomSettingsError::Accounts);
    }
    if room.session != SessionOptions::PLAIN && !profile.own_sessions {
        return Err(RoomSettingsError::NoSessions);
    }
    Ok(room.session.check()?)
}

/// Refuses bounds that contradict each other, as far as they are given.
fn check_bounds(RoomBounds { min, default, max }: RoomBounds) -> Result<(), BoundsError> {
    let (least, most) = (min.unwrap_or(1), max.unwrap_or(u32::MAX));
    if least == 0 || most == 0 {
        return Err(BoundsError::Zero);
    }
    if most < least {
        return Err(BoundsError::Inverted { min: least, max: most });
    }
    match default {
        Some(default) if !(least..=most).contains(&default) => {
            Err(BoundsError::DefaultOutside { min: least, default, max: most })
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_that_contradict_each_other_are_refused() {
        let check = |min, default, max| check_bounds(RoomBounds { min, default, max });
        assert_eq!(check(None, None, None), Ok(()));
        assert_eq!(check(Some(60), Some(90), Some(120)), Ok(()));
        assert_eq!(check(Some(0), None, None), Err(BoundsError::Zero));
        assert_eq!(
            check(Some(61), None, Some(60)),
            Err(BoundsError::Inverted { min: 61, max: 60 })
        );
        let outside = BoundsError::DefaultOutside { min: 1, default: 61, max: 60 };
        assert_eq!(check(None, Some(61), Some(60)), Err(outside));
    }
}
