// Package cite turns source records into citations: footnotes in a style that
// follows OSCOLA for papers of the United Nations, short forms for repeats and
// tables, and the exchange formats CSL JSON, BibTeX and RIS.
//
// A citation says what a reader needs to find the place: author, title, date,
// symbol, pinpoint, address; and what a reader needs to weigh it: that a text is
// not official, that it is a translation, that the source is not the actor's own
// text. The working notes of a source record are never part of a citation.
package cite

import "strings"

// Part is a piece of a citation: plain text, or text with an address or in
// another language than English.
type Part struct {
	Text string
	URL  string // where the text leads, if anywhere
	Lang string // BCP 47; empty means the language around it
}

// Citation is a citation in parts, so that each face can make links and
// language tags of them.
type Citation []Part

// String gives the citation as plain text.
func (c Citation) String() string {
	var b strings.Builder
	for _, p := range c {
		b.WriteString(p.Text)
	}
	return b.String()
}

// add appends text; text of the same sort as the last part joins it.
func (c Citation) add(text string) Citation {
	if text == "" {
		return c
	}
	if n := len(c); n > 0 && c[n-1].URL == "" && c[n-1].Lang == "" {
		c[n-1].Text += text
		return c
	}
	return append(c, Part{Text: text})
}
