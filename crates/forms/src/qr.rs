//! The code by which a scanned sheet files itself.

use crate::display::{Item, Mpt, Rect};
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

/// The code inside a square, or nothing where the text is too long for any code.
pub(crate) fn code(text: &str, x: Mpt, y: Mpt, side: Mpt) -> Option<Item> {
    // Looking for the best of the eight masks takes longer than laying out the page, and over random ids
    // none is better than another.
    let mask = Some(Mask::new(3));
    let bytes = QrSegment::make_bytes(text.as_bytes());
    let (least, most) = (Version::MIN, Version::MAX);
    let level = QrCodeEcc::Medium;
    let code = QrCode::encode_segments_advanced(&[bytes], level, least, most, mask, false).ok()?;
    let size = code.size();
    // Hundredths of a point, so that modules meet without a gap after rounding.
    let module = side / size / 10 * 10;
    let mut rects = Vec::new();
    for row in 0..size {
        let mut column = 0;
        while column < size {
            let dark = (column..size).take_while(|at| code.get_module(*at, row)).count() as Mpt;
            if dark > 0 {
                rects.push(Rect {
                    x: x + module * column,
                    y: y + module * row,
                    width: module * dark,
                    height: module,
                });
            }
            column += dark.max(1);
        }
    }
    Some(Item::Fill { rects, gray: 0 })
}
