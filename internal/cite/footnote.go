package cite

import (
	"strings"
	"unicode"

	"entente"
)

// Place is the place in a source that is cited, and how the record that cites
// it is verified.
type Place struct {
	Pinpoint string
	Level    entente.Level // secondary and unverified are said; empty says nothing
	// NoAddress leaves the printed address out and makes the title or the symbol
	// lead there: for a note whose list of sources prints it.
	NoAddress bool
}

// Footnote cites a source in full, without a full stop at its end.
//
//	UN paper       Author, ‘Title’ (22 July 2015) UN Doc A/70/174, para 24
//	resolution     UNGA Res 73/27 (5 December 2018) UN Doc A/RES/73/27, para 5
//	treaty         Title (23 November 2001) ETS No 185, art 5
//	paper          Author, ‘Title’ (29 May 2019), second paragraph <https://…>
//	news, web      Author, ‘Title’ (Site, 20 February 2020) <https://…>
//	scholarship    Author, ‘Title’ (Journal 5(1), 2016), p. 541
//	data           Author, ‘Title’ (dataset, 2021) <https://…>
func Footnote(s *entente.Source, p Place) Citation {
	var c Citation
	n, k := authorOf(s), kindOf(s.Kind)
	num, inside := "", ""
	if ownText(s) {
		num, inside = number(s.Symbol)
	}
	date := Date(s.Date)
	if date == "" {
		date = "undated"
	}
	res := resolutionName(s.Symbol)
	switch {
	case s.Kind == entente.ResolutionText && res != "":
		c = c.add(res+" ("+date+") ").number(s, num)
	case k.form == bare:
		c = c.add(s.Title)
	case k.form == treaty:
		c = c.titled(s, p, "", "").add(" (" + date + ")")
		c = c.add(before(" ", num))
	default:
		who, in := strings.Join(n.authors, " and "), []string{}
		switch k.form {
		case site:
			who, in = "", append(in, n.authors...)
		case article:
			in = append(in, n.container)
		case dataset:
			in = append(in, k.genre)
		}
		if n.via != "" {
			in = append(in, n.via)
		}
		if who != "" {
			c = c.add(who + ", ")
		}
		c = c.titled(s, p, "‘", "’").add(" (" + joined(append(in, date)) + ")")
		if num != "" {
			c = c.add(" ").number(s, num)
		}
	}
	return c.place(s, p, inside)
}

// Instrument cites an instrument that is a text of its own: a resolution or a
// treaty, or by title, date and number anything else.
func Instrument(in *entente.Instrument, p Place) Citation {
	var c Citation
	num, inside := number(in.Symbol)
	date := Date(in.Date)
	if date == "" {
		date = "undated"
	}
	s := &entente.Source{Symbol: in.Symbol, URL: in.URL}
	if res := resolutionName(in.Symbol); res != "" && in.Kind == entente.Resolution {
		c = c.add(res+" ("+date+") ").number(s, num)
	} else {
		c = c.add(in.Title + " (" + date + ")")
		if num != "" {
			c = c.add(" ").number(s, num)
		}
	}
	return c.place(s, p, inside)
}

// Repeat cites a source again: the short form, then the number of the note that
// cites it in full, which the caller puts between the two halves.
//
//	Osula (n 3), section 3, footnote 27 (secondary source)
func Repeat(s *entente.Source, p Place) (head, tail Citation) {
	_, inside := "", ""
	if ownText(s) {
		_, inside = number(s.Symbol)
	}
	p.NoAddress = true
	return Citation{}.add(Name(s)), Citation{}.place(s, p, inside)
}

// Tail is what follows a short form: pinpoint and what a reader needs to weigh
// the text. It starts with a comma or a space, or is empty.
func Tail(s *entente.Source, p Place) Citation {
	_, tail := Repeat(s, p)
	return tail
}

// titled adds the title, which leads to the address when that is not printed.
func (c Citation) titled(s *entente.Source, p Place, open, end string) Citation {
	t := Part{Text: strings.TrimSpace(s.Title)}
	if p.NoAddress && !strings.HasPrefix(t.Text, "http") {
		t.URL = s.URL
	}
	if foreign(s) {
		t.Lang = s.Lang
	}
	return append(c.add(open), t).add(end)
}

// number adds a document number; a UN symbol leads to the document.
func (c Citation) number(s *entente.Source, num string) Citation {
	if m := unSymbol.FindStringSubmatch(s.Symbol); m != nil {
		return append(c.add("UN Doc "), Part{Text: m[1], URL: "https://undocs.org/" + strings.ReplaceAll(m[1], " ", "%20")})
	}
	return c.add(num)
}

// place adds pinpoint, address and what a reader needs to weigh the text.
func (c Citation) place(s *entente.Source, p Place, inside string) Citation {
	pin := Pinpoint(p.Pinpoint)
	if inside != "" && !strings.Contains(strings.ToLower(pin), strings.ToLower(inside)) {
		pin = joined([]string{inside, pin})
	}
	if pin != "" {
		c = c.add(", " + pin)
	}
	if s.URL != "" && !p.NoAddress && !strings.HasPrefix(s.URL, "https://undocs.org/") {
		c = append(c.add(" <"), Part{Text: s.URL, URL: s.URL}).add(">")
	}
	for _, m := range marks(s, p.Level) {
		c = c.add(" (" + m + ")")
	}
	return c
}

// marks says what a reader has to know to weigh a source.
func marks(s *entente.Source, level entente.Level) []string {
	var out []string
	if m := textMark(s); m != "" {
		out = append(out, m)
	}
	switch level {
	case entente.Secondary:
		out = append(out, "secondary source")
	case entente.Unverified:
		out = append(out, "unverified")
	}
	return out
}

// textMark names a text whose wording is not official. Whose text a study, a
// news item or a data set is, its kind says already. That the copy is a
// translation is told by the title or the note of the record.
func textMark(s *entente.Source) string {
	translated := strings.Contains(strings.ToLower(s.Title+" "+s.Note), "translation")
	switch {
	case s.Status == entente.Machine && translated:
		return "machine translation"
	case s.Status == entente.Machine:
		return "machine-made text"
	case s.Status == entente.Unofficial && len(s.TextOf) > 0 && kindOf(s.Kind).form == paper && translated:
		return "unofficial translation"
	case s.Status == entente.Unofficial && len(s.TextOf) > 0 && kindOf(s.Kind).form == paper:
		return "unofficial text"
	}
	return ""
}

// resolutionName is "UNGA Res 73/27" for A/RES/73/27, empty for anything else.
func resolutionName(symbol string) string {
	m := resSymbol.FindStringSubmatch(symbol)
	switch {
	case m == nil:
		return ""
	case m[1] == "A":
		return "UNGA Res " + m[2] + m[3]
	}
	return "UNSC Res " + m[3]
}

// foreign reports whether the title is in another language than English, as far
// as its letters show it: a copy in Dutch may well be listed by an English title.
func foreign(s *entente.Source) bool {
	if s.Lang == "" || s.Lang == "und" || strings.HasPrefix(s.Lang, "en") {
		return false
	}
	for _, r := range s.Title {
		if r > unicode.MaxASCII && unicode.IsLetter(r) {
			return true
		}
	}
	return false
}

func joined(words []string) string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, ", ")
}

func before(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}
