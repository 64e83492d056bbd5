//! The code by which a scanned sheet files itself.

use crate::display::{Item, Mpt, Rect};
use fast_qr::{ECL, Mask, QRBuilder};

/// The code inside a square, or nothing where the text is too long for any code.
pub(crate) fn code(text: &str, x: Mpt, y: Mpt, side: Mpt) -> Option<Item> {
    // Looking for the best of the eight masks takes longer than laying out the page, and over random ids
    // none is better than another.
    let mask = Mask::DiagonalLines;
    let code = QRBuilder::new(text.as_bytes()).ecl(ECL::M).mask(mask).build().ok()?;
    // Hundredths of a point, so that modules meet without a gap after rounding.
    let module = side / code.size as Mpt / 10 * 10;
    let mut rects = Vec::new();
    for row in 0..code.size {
        let modules = &code[row];
        let mut column = 0;
        while column < code.size {
            let dark = modules[column..].iter().take_while(|module| module.value()).count();
            if dark > 0 {
                rects.push(Rect {
                    x: x + module * column as Mpt,
                    y: y + module * row as Mpt,
                    width: module * dark as Mpt,
                    height: module,
                });
            }
            column += dark.max(1);
        }
    }
    Some(Item::Fill { rects, gray: 0 })
}
