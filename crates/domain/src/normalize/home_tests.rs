use super::*;

fn code(text: &str) -> String {
    parse(text)
        .unwrap_or_else(|why| panic!("{text}: {why:?}"))
        .canonical()
        .unwrap_or_else(|| panic!("{text}: asks"))
}

fn parts(building: &str, block: &str, floor: &str, room: &str) -> Result<HomeCode, NoCode> {
    from_parts(CodeParts { building, block, floor, room, ..CodeParts::default() })
}

#[test]
fn a_tower_flat_has_one_code_in_all_spellings() {
    for text in [
        "3-1-1203",
        "３－１－１２０３",
        "　3-1-1203　",
        "3栋1单元1203",
        "3栋1单元1203室",
        "3号楼1单元1203",
        "三栋一单元1203室",
        "3幢1单元12层1203",
        "3#楼-1单元-1203",
        "3#-1-1203",
        "03-01-1203",
        "3-1-12-03",
        "3—1—1203",
        "3 - 1 - 1203",
    ] {
        assert_eq!(code(text), "3-1-1203", "{text}");
        assert_eq!(parse(text).map(|home| home.floor), Ok(Some(12)), "{text}");
    }
    assert_eq!(code("A座2单元12A"), "A-2-12A");
    assert_eq!(code("一期3栋1单元101"), "1期3-1-101");
    assert_eq!(code("桂苑1栋2单元301"), "桂苑1-2-301");
}

#[test]
fn a_villa_has_one_code_in_all_spellings() {
    for text in [
        "别墅12#",
        "别墅１２＃",
        "别墅区12#",
        "别墅12号",
        "别墅-12",
        "12#别墅",
        "别墅012#",
        "别墅12",
        "12#",
    ] {
        let home = parse(text).expect(text);
        assert_eq!(
            (home.canonical().as_deref(), home.kind),
            (Some("别墅12"), UnitKind::Villa),
            "{text}"
        );
    }
    let home = parts("别墅区", "", "", "12#").expect("columns");
    assert_eq!((home.canonical().as_deref(), home.building.as_str()), (Some("别墅12"), "别墅"));
    assert_eq!(code("A区别墅3#"), "A区别墅3");
    assert!(parse("别墅12#").expect("a villa").spellings().contains(&"别墅12#".to_owned()));
}

#[test]
fn a_building_without_a_block_in_the_code_asks() {
    for text in ["1栋101", "1-101", "1号楼101室", "1#-101"] {
        let home = parse(text).expect(text);
        assert_eq!((home.building.as_str(), home.room.as_str()), ("1", "101"), "{text}");
        assert_eq!((home.block.clone(), home.canonical()), (Block::Unknown, None), "{text}");
        assert_eq!(
            HomeCode { block: Block::Is("1".into()), ..home.clone() }.canonical().as_deref(),
            Some("1-1-101")
        );
        assert_eq!(
            HomeCode { block: Block::Without, ..home }.canonical().as_deref(),
            Some("1-101")
        );
    }
}

#[test]
fn columns_of_their_own_give_the_same_code() {
    for (building, block, floor, room) in [
        ("1栋", "1单元", "1", "101"),
        ("1", "1", "", "101"),
        ("一栋", "一单元", "1层", "１０１"),
        ("1#楼", "1单元", "1", "1-101"),
        ("1栋", "", "", "1-1-101"),
        ("1栋", "", "", "1-101"),
        ("1栋", "1单元", "1", "1栋1单元101室"),
    ] {
        let home = parts(building, block, floor, room)
            .unwrap_or_else(|why| panic!("{building} {room}: {why:?}"));
        assert_eq!((home.floor, home.building.as_str()), (Some(1), "1"));
        if room == "1-101" && block.is_empty() {
            // The first number may be the building again, or the 单元; nothing tells which.
            assert_eq!(home.block, Block::Unknown);
        } else {
            assert_eq!(home.canonical().as_deref(), Some("1-1-101"), "{building} {block} {room}");
        }
    }
}

#[test]
fn what_names_no_home_says_why() {
    assert_eq!(parse(""), Err(NoCode::Empty));
    assert_eq!(parse("101"), Err(NoCode::NoBuilding));
    assert_eq!(parse("别墅"), Err(NoCode::NoRoom));
    assert_eq!(parse("1栋"), Err(NoCode::NoRoom));
    assert_eq!(parse("1-2-3-4-5"), Err(NoCode::Unreadable));
    assert_eq!(parts("2栋", "", "", "1-1-101"), Err(NoCode::Contradiction));
    assert_eq!(parts("1栋", "1单元", "", ""), Err(NoCode::NoRoom));
}
