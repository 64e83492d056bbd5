/** Words and signs that people type into dates, amounts and lists, whatever language the window speaks. */
export const DATE_SIGNS = /[年月./\s]/g
export const DAY_SIGN = /日$/
export const MONEY_SIGNS = /[元¥¥]/g
export const AREA_SIGNS = /(m²|㎡|平米|平方米)$/
export const LIST_SEPARATORS = /[、,，;；\n]/
export const LIST_JOIN = '、'
export const CLOCK = /^(.*\S)[ T]+(\d{1,2})[:：]?(\d\d)?$/
