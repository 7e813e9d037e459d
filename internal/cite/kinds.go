package cite

import (
	"regexp"
	"strings"

	"entente"
)

// form is the shape of a footnote.
type form int

const (
	paper   form = iota // author, 'title' (date) number, place <address>
	site                // 'title' (site, date), place <address>
	article             // author, 'title' (container, date), place <address>
	dataset             // author, 'title' (dataset, date), place <address>
	treaty              // title (date) number, place <address>
	bare                // title: a record without a text
)

// kind is what the formats call a kind of source.
type kind struct {
	form   form
	csl    string // type of CSL 1.0.2
	bibtex string
	ris    string
	genre  string
}

var kinds = map[entente.SourceKind]kind{
	entente.Chapter:          {article, "chapter", "incollection", "CHAP", "chapter"},
	entente.Report:           {paper, "report", "techreport", "RPRT", "report"},
	entente.StrategyText:     {paper, "report", "techreport", "RPRT", "strategy"},
	entente.StatementText:    {paper, "speech", "misc", "GEN", "statement"},
	entente.PositionPaper:    {paper, "report", "techreport", "RPRT", "position paper"},
	entente.Submission:       {paper, "report", "techreport", "RPRT", "submission"},
	entente.ResolutionText:   {paper, "legislation", "misc", "STAT", "resolution"},
	entente.TreatyText:       {treaty, "treaty", "misc", "STAT", "treaty"},
	entente.TreatyStatus:     {paper, "webpage", "misc", "ELEC", "status of a treaty"},
	entente.PressRelease:     {paper, "webpage", "misc", "PRESS", "press release"},
	entente.Webpage:          {site, "webpage", "misc", "ELEC", "web page"},
	entente.Website:          {site, "webpage", "misc", "ELEC", "website"},
	entente.Lecture:          {paper, "speech", "misc", "GEN", "lecture"},
	entente.Scholarship:      {article, "article", "article", "JOUR", "scholarship"},
	entente.Reference:        {site, "webpage", "misc", "ELEC", "reference work"},
	entente.News:             {article, "article-newspaper", "article", "NEWS", "news"},
	entente.Index:            {dataset, "dataset", "misc", "DATA", "index"},
	entente.Dataset:          {dataset, "dataset", "misc", "DATA", "dataset"},
	entente.GeneralKnowledge: {bare, "document", "misc", "GEN", "general knowledge"},
}

// kindOf falls back to the plainest form for a kind that is not in the table.
func kindOf(k entente.SourceKind) kind {
	if v, ok := kinds[k]; ok {
		return v
	}
	return kind{paper, "document", "misc", "GEN", string(k)}
}

// symbols of the main organs: A/70/174, S/2020/1, A/RES/73/27, A/C.1/77/L.73.
var unSymbol = regexp.MustCompile(`^([ASE]/[A-Z0-9.]+(?:/[A-Za-z0-9.\-]+)*(?: \(\d{4}\))?)(?: \(([^)]*)\))?$`)

// resolution symbols of the General Assembly and the Security Council.
var resSymbol = regexp.MustCompile(`^(A|S)/RES/(S-)?(\d[0-9A-Za-z/]*)`)

// ownText reports whether a record's symbol is that of the text itself. A news
// item, a study or a reference work only speaks of the document it names.
func ownText(s *entente.Source) bool {
	switch s.Kind {
	case entente.News, entente.Scholarship, entente.Reference, entente.Webpage, entente.PressRelease, entente.Chapter:
		return len(s.Symbol) > 7 && s.Symbol[:7] == "GA/DIS/"
	}
	return s.Symbol != ""
}

// number gives a document number as printed, with the place in it that the
// symbol itself names ("A/76/136 (annex)").
func number(symbol string) (text, place string) {
	if m := unSymbol.FindStringSubmatch(symbol); m != nil {
		return "UN Doc " + m[1], m[2]
	}
	for _, p := range []struct{ prefix, put string }{{"ETS ", "ETS No "}, {"CETS ", "CETS No "}, {"GA/DIS/", "UN Press Release GA/DIS/"}} {
		if len(symbol) > len(p.prefix) && symbol[:len(p.prefix)] == p.prefix {
			return p.put + symbol[len(p.prefix):], ""
		}
	}
	return symbol, ""
}

// names is an author line taken apart: "A and B, Journal 5, via Portal".
type names struct {
	authors   []string // persons or bodies
	container string   // newspaper, journal, publisher
	via       string   // where the copy was found
}

// authorOf takes an author line apart. Only lines of news, scholarship,
// chapters hold a container after the last comma; a news item with no comma
// names the newspaper alone.
func authorOf(s *entente.Source) names {
	var n names
	line := s.Author
	if a, via, ok := strings.Cut(line, ", via "); ok {
		line, n.via = a, via
	}
	if f := kindOf(s.Kind).form; f == article {
		if i := strings.LastIndex(line, ", "); i >= 0 {
			line, n.container = line[:i], line[i+2:]
		} else if s.Kind == entente.News {
			line, n.container = "", line
		}
	}
	if n.container != "" && line != "" && !strings.Contains(line, ",") {
		n.authors = strings.Split(line, " and ")
	} else if line != "" {
		n.authors = []string{line}
	}
	return n
}

// line puts an author line together again.
func (n names) line() string {
	var parts []string
	for _, p := range []string{strings.Join(n.authors, " and "), n.container} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	s := strings.Join(parts, ", ")
	if n.via != "" {
		s += ", via " + n.via
	}
	return s
}
