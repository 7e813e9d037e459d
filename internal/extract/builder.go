package extract

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A draft is a paragraph before it has its place in the text.
type draft struct {
	text    string
	page    int
	heading bool
	label   string // set when the format knows it; else read off the text
	mark    string
	turns   []Turn // offsets count from the start of the paragraph
}

// A builder puts paragraphs one after the other and keeps the limits.
type builder struct {
	ctx   context.Context
	o     Options
	text  *Text
	plain strings.Builder
	runes int
}

func newBuilder(ctx context.Context, o Options) *builder {
	return &builder{ctx: ctx, o: o, text: &Text{}}
}

// add cleans a draft and appends it, unless nothing is left of it.
func (b *builder) add(d draft) error {
	if err := b.ctx.Err(); err != nil {
		return err
	}
	text := clean(d.text)
	if text == "" {
		return nil
	}
	if len(b.text.Paragraphs) >= b.o.MaxParagraphs {
		return b.tooMany()
	}
	if b.runes > 0 {
		b.plain.WriteString("\n\n")
		b.runes += 2
	}
	start := b.runes
	b.runes += utf8.RuneCountInString(text)
	if b.runes > b.o.MaxRunes {
		return tooLong(b.o.MaxRunes)
	}
	b.plain.WriteString(text)
	label := clean(d.label)
	if label == "" && d.mark == "" {
		label = printedLabel(text, d.heading)
	}
	for _, t := range d.turns {
		b.text.Turns = append(b.text.Turns, Turn{Offset: min(start+t.Offset, b.runes), Page: t.Page})
	}
	b.text.Paragraphs = append(b.text.Paragraphs, Paragraph{
		Number: len(b.text.Paragraphs) + 1, Start: start, End: b.runes,
		Page: d.page, Label: label, Mark: d.mark, Heading: d.heading, Text: text,
	})
	return nil
}

// addAll appends several drafts.
func (b *builder) addAll(ds []draft) error {
	for _, d := range ds {
		if err := b.add(d); err != nil {
			return err
		}
	}
	return nil
}

// note records what a reader should know about the text.
func (b *builder) note(format string, args ...any) {
	b.text.Notes = append(b.text.Notes, fmt.Sprintf(format, args...))
}

func (b *builder) finish() (*Text, error) {
	t := b.text
	if len(t.Paragraphs) == 0 {
		return nil, invalid("the file holds no text", "choose a file that holds text")
	}
	t.Plain = b.plain.String()
	// Paragraphs share the memory of Plain.
	at := 0
	for i := range t.Paragraphs {
		p := &t.Paragraphs[i]
		p.Text = t.Plain[at : at+len(p.Text)]
		at += len(p.Text) + len("\n\n")
	}
	t.Title = clip(strings.ReplaceAll(clean(t.Title), "\n", " "), 500)
	t.Lang = languageTag(t.Lang)
	t.Hash = digest(t.Plain)
	return t, nil
}

func tooLong(limit int) error {
	return invalid(fmt.Sprintf("the text is longer than %d characters", limit), "split the file")
}

// clip cuts s after n runes.
func clip(s string, n int) string {
	at := 0
	for i := range s {
		if at == n {
			return s[:i] + "…"
		}
		at++
	}
	return s
}

// languageTag keeps what looks like a BCP 47 tag ("en", "et-EE", "zh-Hans") and
// drops anything else, since the tag goes into pages as it is.
func languageTag(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	if len(s) < 2 || len(s) > 35 {
		return ""
	}
	for i, part := range strings.Split(s, "-") {
		if part == "" || len(part) > 8 || (i == 0 && len(part) > 3) {
			return ""
		}
		for _, r := range part {
			if letter := r|0x20 >= 'a' && r|0x20 <= 'z'; !letter && (i == 0 || r < '0' || r > '9') {
				return ""
			}
		}
	}
	return s
}

// clean brings a paragraph's text into the form that the package comment
// describes. It never changes a text that it made.
func clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := ' ' // what white space stood last: ' ', '\n', or 0 for none
	pending := false
	for _, r := range s {
		switch space(r) {
		case ' ':
			if !pending {
				gap = ' '
			}
			pending = true
			continue
		case '\n':
			gap, pending = '\n', true
			continue
		}
		sub, dropped := substitute(r)
		if dropped {
			continue
		}
		if pending && b.Len() > 0 {
			b.WriteRune(gap)
		}
		pending = false
		if sub != "" {
			b.WriteString(sub)
			continue
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

func (b *builder) tooMany() error {
	return invalid(fmt.Sprintf("the text has more than %d paragraphs", b.o.MaxParagraphs), "split the file")
}
