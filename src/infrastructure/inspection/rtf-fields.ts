/** The fields that only print something or wait for a click; whatever else a field can do (DDE, INCLUDE…, LINK, MACROBUTTON…) is refused. */
const HARMLESS = new Set(
  (
    'ADVANCE AUTHOR AUTONUM AUTONUMLGL BOOKMARK COMMENTS CREATEDATE DATE DOCPROPERTY EDITTIME EQ FILENAME FILESIZE FORMCHECKBOX FORMDROPDOWN ' +
    'FORMTEXT HYPERLINK IF INDEX KEYWORDS LASTSAVEDBY LISTNUM MERGEFIELD NOTEREF NUMCHARS NUMPAGES NUMWORDS PAGE PAGEREF PRINTDATE REF REVNUM ' +
    'SAVEDATE SECTION SECTIONPAGES SEQ STYLEREF SUBJECT SYMBOL TC TIME TITLE TOC XE ='
  ).split(' '),
);

/** Whether the instruction of a field is harmless: its first word is its command. A disguised word is not on the list, and refused for that. */
export function isHarmlessField(instruction: string): boolean {
  const [command] = instruction
    .trim()
    .toUpperCase()
    .split(/[\s"\\]+/, 1);
  return command === undefined || command === '' || HARMLESS.has(command) || command.startsWith('=');
}

const PICTURE_NAMES = new Set(['pibname', 'pibprintname', 'fillblipname', 'linefillblipname', 'pib']);
const ELSEWHERE = /^\s*(?:[a-z][a-z\d+.-]*:|\\\\|\/\/)/i;

/** Whether a property of a shape fetches its picture from elsewhere when the document is opened. */
export const fetchesPicture = (name: string, value: string): boolean =>
  PICTURE_NAMES.has(name.trim().toLowerCase()) && ELSEWHERE.test(value);
