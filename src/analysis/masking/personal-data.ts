/** What gives personal data away by its looks. All of them take time linear in the text. */
const email = /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}\b/g;
/** 13 to 19 digits, alone or in groups; checked by their last digit. */
const card = /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w.-]?\w)/g;
/** A country in front, or an area in brackets, or groups as they are written; dates, numbers and ids are none of these. */
const phone =
  /(?<![\w.+-])(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,5}(?:[ .-]?\d{2,5}){1,4}|\(\d{2,5}\)[ .-]?\d{3,4}[ .-]?\d{3,5}|\d{3}[ .-]\d{3}[ .-]\d{4})(?![\w-])/g;
const iban = /(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)/g;
/** What a line of code or a log gives to a name that is a secret's. */
const assignment =
  /\b([\w-]{0,40}(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key|token|credential|authorization)[\w-]{0,40})(["']?\s{0,3}[:=]\s{0,3})(["'`])([^"'`\n]{4,2000})\3/gi;
/** What has none of these has no assignment, no IBAN, no card and no number of a telephone. */
const canAssign = /[:=]\s{0,3}["'`]/;
const digitsInARow = /\d[\dA-Z ().-]{5,}\d/;
/** Names under which a value is somebody's, whatever it looks like. */
const personalName =
  /^(?:e?mail(?:address)?|phone(?:number)?|mobile(?:number)?|telephone|tel|fax|iban|ssn|socialsecuritynumber|taxid|passport(?:number)?|creditcard(?:number)?|cardnumber|cvv|cvc|dateofbirth|birthdate|birthday)$/;

/** Takes personal data out of texts: each value becomes its kind and a number, so that equal ones can be told to be equal. */
export interface PersonalData {
  text(text: string): string;
  /** Every text inside a value, and what stands under the name of something personal. */
  value<Value>(value: Value): Value;
}

export function createPersonalData(): PersonalData {
  const known = new Map<string, string>();
  const counts = new Map<string, number>();
  const stands = (kind: string, found: string): string => {
    const key = `${kind} ${found}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const own = `[${kind} ${number}]`;
    known.set(key, own);
    return own;
  };

  function text(said: string): string {
    let masked = said;
    // Most texts hold nothing of the kind, and looking whether they can costs a fraction.
    if (canAssign.test(masked))
      masked = masked.replaceAll(
        assignment,
        (_whole, name: string, sign: string, quote: string) => `${name}${sign}${quote}[secret]${quote}`,
      );
    if (masked.includes('@')) masked = masked.replaceAll(email, (found) => stands('email', found.toLowerCase()));
    if (!digitsInARow.test(masked)) return masked;
    return masked
      .replaceAll(iban, (found) => (isIban(found) ? stands('iban', found) : found))
      .replaceAll(card, (found) => (isCard(found) ? stands('card', found.replaceAll(/\D/g, '')) : found))
      .replaceAll(phone, (found) => (isPhone(found) ? stands('phone', found.replaceAll(/\D/g, '')) : found));
  }

  /** What looks like something is that, so that it is the same wherever it turns up; anything else is somebody's all the same. */
  function wholly(said: string): string {
    const masked = text(said);
    return /^\[[a-z]+ \d+\]$/.test(masked) ? masked : stands('personal', said);
  }

  function value(said: unknown, depth: number): unknown {
    if (typeof said === 'string') return text(said);
    if (typeof said !== 'object' || said === null || depth > 200) return said;
    if (Array.isArray(said)) return said.map((item) => value(item, depth + 1));
    return Object.fromEntries(
      Object.entries(said).map(([name, field]) => {
        const isSimple = (typeof field === 'string' && field !== '') || typeof field === 'number';
        if (isSimple && personalName.test(name.toLowerCase().replaceAll(/[-_ ]/g, ''))) return [text(name), wholly(String(field))];
        return [text(name), value(field, depth + 1)];
      }),
    );
  }

  return { text, value: <Value>(said: Value) => value(said, 0) as Value };
}

/** The last digit of a card number follows from the others (ISO/IEC 7812, Luhn); the first ones say whose it is. */
function isCard(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '');
  if (
    !/^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12,15}|35\d{14})$/.test(
      digits,
    )
  )
    return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const twice = digit * 2;
    sum += at % 2 === 0 ? digit : twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}

/** ISO 13616: the whole number, the first four signs last and letters as numbers, leaves 1 when it is divided by 97. */
function isIban(text: string): boolean {
  const plain = text.replaceAll(' ', '');
  let rest = 0;
  for (const sign of plain.slice(4) + plain.slice(0, 4)) {
    for (const digit of Number.parseInt(sign, 36).toString()) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

function isPhone(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').length;
  return digits >= 8 && digits <= 15;
}
