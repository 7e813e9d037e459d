package ledger

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// number copies a number in its canonical form.
func (c *canonicaliser) number() {
	start := c.at
	if c.peek() == '-' {
		c.at++
	}
	whole := c.at
	c.digits()
	if c.at == whole || c.in[whole] == '0' && c.at > whole+1 {
		c.fail("a number is not one of JSON")
		return
	}
	integer := true
	if c.peek() == '.' {
		integer = false
		c.at++
		if c.digits() == 0 {
			c.fail("a number is not one of JSON")
			return
		}
	}
	if b := c.peek(); b == 'e' || b == 'E' {
		integer = false
		c.at++
		if b := c.peek(); b == '+' || b == '-' {
			c.at++
		}
		if c.digits() == 0 {
			c.fail("a number is not one of JSON")
			return
		}
	}
	text := c.in[start:c.at]
	switch {
	case len(text) > maxNumber:
		c.fail("a number is overlong")
	case integer && len(text) <= 15 && !bytes.Equal(text, []byte("-0")):
		c.out = append(c.out, text...) // below 2^53: nothing to change
	default:
		c.out = appendNumber(c.out, string(text))
	}
}

func (c *canonicaliser) digits() int {
	start := c.at
	for c.at < len(c.in) && c.in[c.at] >= '0' && c.in[c.at] <= '9' {
		c.at++
	}
	return c.at - start
}

// appendNumber writes a number as ECMAScript does (RFC 8785, section 3.2.2.3)
// when a double holds it exactly as far as that text says; else its own text.
func appendNumber(out []byte, text string) []byte {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) {
		return append(out, text...)
	}
	short := ecmaScript(f)
	if decimal(short) != decimal(text) {
		return append(out, text...)
	}
	return append(out, short...)
}

// ecmaScript prints a double as ECMAScript's Number::toString does: the fewest
// digits that read back as the same double; an exponent from 1e21 on and below
// 1e-6.
func ecmaScript(f float64) string {
	if f == 0 {
		return "0" // minus zero too
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, exp, _ := strings.Cut(s, "e")
	return mantissa + "e" + exp[:1] + strings.TrimLeft(exp[1:], "0")
}

// decimal gives the value of a JSON number as sign, digits without zeros at
// either end, and exponent, so that two texts of one value give one text. It
// never makes the number itself, so an exponent of a billion costs nothing.
func decimal(text string) string {
	sign := ""
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	mantissa, exp := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa = text[:i]
		n, err := strconv.Atoi(strings.TrimPrefix(text[i+1:], "+"))
		if err != nil || n > 1<<30 || n < -1<<30 {
			return text // no double has such an exponent
		}
		exp = n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	exp -= len(fraction)
	trimmed := strings.TrimRight(digits, "0")
	exp += len(digits) - len(trimmed)
	if trimmed == "" {
		return "0"
	}
	return sign + trimmed + "e" + strconv.Itoa(exp)
}
