// The same rounding as figures/words.py: 3 significant digits, e-notation beyond 1e-3 and 1e4.

function plain(digits) {
  return digits.includes(".") ? digits.replace(/0+$/, "").replace(/\.$/, "") : digits;
}

function digits(mantissa, exponent) {
  let rounded = Math.round(mantissa * 100) / 100;
  if (rounded >= 10) {
    rounded /= 10;
    exponent += 1;
  }
  if (exponent >= -3 && exponent < 4) return plain((rounded * 10 ** exponent).toFixed(Math.max(2 - exponent, 0)));
  return `${plain(rounded.toFixed(2))}e${exponent}`;
}

export function sayNumber(value) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : "minus infinity";
  if (value === 0) return "0";
  const [mantissa, exponent] = Math.abs(value).toExponential(2).split("e").map(Number);
  return (value < 0 ? "-" : "") + digits(mantissa, exponent);
}

// 10**log10, for sizes that no float can hold.
export function sayPower(log10) {
  if (Number.isNaN(log10)) return "not a number";
  if (!Number.isFinite(log10)) return log10 > 0 ? "infinite" : "0";
  const exponent = Math.floor(log10);
  return digits(10 ** (log10 - exponent), exponent);
}
