use super::*;
use std::fs;

fn slots() -> (tempfile::TempDir, PathBuf, DataKey, Slots) {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("project.db");
    let key = DataKey::random().unwrap();
    let slots = Slots::create(&database, &key).unwrap();
    (dir, database, key, slots)
}

#[test]
fn every_way_in_gives_the_same_key_after_a_restart() {
    let (_dir, database, key, mut slots) = slots();
    let kek = slots.add_keyring(&key).unwrap();
    slots.add_password(&key, "江景 2026").unwrap();
    let code = slots.add_recovery(&key).unwrap().to_string();
    let slots = Slots::open(&database).unwrap();
    assert_eq!(slots.kinds(), [SlotKind::Keyring, SlotKind::Password, SlotKind::Recovery]);
    assert!(slots.unlock(Secret::Keyring(&kek)).unwrap() == key);
    assert!(slots.unlock(Secret::Password("江景 2026")).unwrap() == key);
    assert!(slots.unlock(Secret::Typed("江景 2026")).unwrap() == key);
    assert!(slots.unlock(Secret::Typed(&code)).unwrap() == key);
    assert!(slots.fits(&key) && !slots.fits(&DataKey::random().unwrap()));
}

#[test]
fn a_recovery_code_survives_how_people_type_it() {
    let (_dir, _, key, mut slots) = slots();
    let code = slots.add_recovery(&key).unwrap().to_string();
    assert_eq!(code.len(), 39);
    let sloppy = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    assert!(slots.unlock(Secret::Recovery(&sloppy)).unwrap() == key);
    let wide: String = code.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
    assert!(slots.unlock(Secret::Recovery(&wide)).unwrap() == key);
}

#[test]
fn a_mistyped_code_is_told_from_the_code_of_another_project() {
    let (_dir, _, key, mut slots) = slots();
    let code = slots.add_recovery(&key).unwrap().to_string();
    let other = RecoveryCode::random().unwrap().to_string();
    for at in [0, 10, 38] {
        let mut typed = code.clone().into_bytes();
        typed[at] = if typed[at] == b'7' { b'8' } else { b'7' };
        let typed = String::from_utf8(typed).unwrap();
        let answer = slots.unlock(Secret::Typed(&typed));
        assert!(matches!(answer, Err(StoreError::MistypedCode)), "{answer:?}");
    }
    assert!(matches!(slots.unlock(Secret::Recovery(&other)), Err(StoreError::WrongSecret)));
    assert!(matches!(slots.unlock(Secret::Typed("a password")), Err(StoreError::WrongSecret)));
}

#[test]
fn the_code_counts_as_confirmed_only_when_typed_back_and_not_after_a_new_one() {
    let (_dir, database, key, mut slots) = slots();
    let code = slots.add_recovery(&key).unwrap().to_string();
    assert!(slots.confirm_recovery("0000").is_err());
    assert!(!slots.recovery_confirmed());
    slots.confirm_recovery(&code).unwrap();
    assert!(Slots::open(&database).unwrap().recovery_confirmed());
    slots.add_recovery(&key).unwrap();
    assert!(!slots.recovery_confirmed());
    assert!(matches!(slots.unlock(Secret::Recovery(&code)), Err(StoreError::WrongSecret)));
}

#[test]
fn the_last_slot_cannot_be_removed() {
    let (_dir, _, key, mut slots) = slots();
    slots.add_password(&key, "one").unwrap();
    assert!(matches!(slots.remove(SlotKind::Keyring), Err(StoreError::NoSlot)));
    assert!(matches!(slots.remove(SlotKind::Password), Err(StoreError::LastSlot)));
    slots.add_recovery(&key).unwrap();
    slots.remove(SlotKind::Password).unwrap();
    assert!(matches!(slots.unlock(Secret::Password("one")), Err(StoreError::NoSlot)));
}

#[test]
fn a_damaged_file_falls_back_to_the_version_before() {
    let (_dir, database, key, mut slots) = slots();
    slots.add_password(&key, "one").unwrap();
    slots.add_recovery(&key).unwrap();
    let path = beside(&database, "keys.json");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let reopened = Slots::open(&database).unwrap();
    assert_eq!(reopened.kinds(), [SlotKind::Password]);
    assert!(reopened.unlock(Secret::Password("one")).unwrap() == key);
    fs::remove_file(beside(&path, "last")).unwrap();
    assert!(matches!(Slots::open(&database), Err(StoreError::SlotsDamaged)));
}

#[test]
fn a_changed_parameter_or_a_newer_format_is_refused() {
    let (_dir, database, key, mut slots) = slots();
    slots.add_password(&key, "one").unwrap();
    let path = beside(&database, "keys.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"memory_kib\": 65536", "\"memory_kib\": 8")).unwrap();
    assert!(matches!(Slots::open(&database), Err(StoreError::SlotsDamaged)));
    fs::write(&path, text.replace("\"version\": 1", "\"version\": 2")).unwrap();
    assert!(matches!(Slots::open(&database), Err(StoreError::SlotsNewer)));
}

#[test]
fn a_key_never_shows_in_debug_output() {
    let (_dir, _, key, mut slots) = slots();
    let code = slots.add_recovery(&key).unwrap();
    assert_eq!(format!("{key:?} {code:?}"), "DataKey(…) RecoveryCode(…)");
}
