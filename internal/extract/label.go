package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The printed numbers of paragraphs. Each pattern's first group is the label.
// What is checked after a pattern is what separates a number from a sentence
// that begins with one: "12. The Group" from "3.5 million" and "12. märts".
var (
	labelDotted  = regexp.MustCompile(`^(\d{1,4}(?:\.\d{1,3}){0,5}[.)])[ \n]`)
	labelBare    = regexp.MustCompile(`^(\d{1,3}(?:\.\d{1,3}){1,5})[ \n]`)
	labelParen   = regexp.MustCompile(`^(\((?:\d{1,3}|[a-z]|aa|bb|cc|dd|ee|ff|[ivx]{1,6}|[A-Z]|[IVX]{1,6})\))[ \n]`)
	labelLetter  = regexp.MustCompile(`^((?:[a-z]|[ivx]{1,6})[.)])[ \n]`)
	labelBracket = regexp.MustCompile(`^(\[\d{1,4}\])[ \n]`)
	labelSign    = regexp.MustCompile(`^((?:§|¶) ?\d{1,4}[a-z]?\.?)[ \n]`)
	labelWide    = regexp.MustCompile(`^([0-9０-９]{1,3}[．、]|[０-９]{1,3}[ \n]|（[0-9０-９ア-ンa-z]{1,3}）)`)
	labelHeading = regexp.MustCompile(`^((?:[A-Z]|[IVXLC]{1,7})\.)[ \n]`)
	writtenDate  = regexp.MustCompile(`^\d{1,2}\. \pL+\.? \d{4}\b`)
)

// printedLabel returns the printed number that a paragraph begins with, or "".
// A single capital with a dot is one in headings only: elsewhere it is more
// often an initial. A paragraph that is nothing but a number has none.
func printedLabel(text string, heading bool) string {
	head := text[:min(len(text), 80)]
	for _, c := range []struct {
		re   *regexp.Regexp
		ok   func(label, rest string) bool
		when bool
	}{
		{labelDotted, func(label, rest string) bool { return !lower(rest) && !year(label) && !writtenDate.MatchString(head) }, true},
		{labelBare, func(_, rest string) bool { return opens(rest) }, true},
		{labelParen, always, true},
		{labelLetter, func(label, rest string) bool { return strings.HasSuffix(label, ")") || !initial(rest) }, true},
		{labelBracket, always, true},
		{labelSign, always, true},
		{labelWide, always, true},
		{labelHeading, always, heading},
	} {
		if !c.when {
			continue
		}
		if m := c.re.FindStringSubmatch(head); m != nil && c.ok(m[1], strings.TrimLeft(head[len(m[0]):], " \n")) {
			return strings.TrimSpace(m[1])
		}
	}
	return ""
}

func always(string, string) bool { return true }

func lower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

// opens tells whether s looks like the beginning of a sentence.
func opens(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) && !unicode.IsLower(r) || strings.ContainsRune("\"'“‘«„([", r)
}

// initial tells whether s begins with one letter and a dot: "G. Smith".
func initial(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) && strings.HasPrefix(s[n:], ".")
}

// year tells a year at the end of a sentence from a number.
func year(label string) bool {
	return len(label) == 5 && label[4] == '.' && (strings.HasPrefix(label, "19") || strings.HasPrefix(label, "20"))
}

// bullets are the signs that begin an entry of a list without a number.
const bullets = "•‣◦▪▫■□●○–—*-·"

// opensEntry tells whether a line begins an entry of a list: with a printed
// number or with a bullet and a space.
func opensEntry(line string) bool {
	r, n := utf8.DecodeRuneInString(line)
	if strings.ContainsRune(bullets, r) && strings.HasPrefix(line[n:], " ") {
		return true
	}
	return printedLabel(line, false) != ""
}
