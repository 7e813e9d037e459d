package cli

import (
	"fmt"
	"strings"

	"entente"
	"entente/analysis/compare"
	"entente/internal/view"
)

// sign is how an outcome or verdict looks: a character, a word and a style. The
// character and the word say all; the style only helps the eye.
type sign struct {
	mark, word string
	style      style
}

var signs = map[string]sign{
	string(compare.Agree):        {"=", "agree", styleGood},
	string(compare.AgreeInPart):  {"~", "agree in part", styleGood},
	string(compare.Differ):       {"x", "differ", styleBad},
	string(compare.OneSilent):    {"?", "one silent", styleWarn},
	string(compare.BothSilent):   {".", "both silent", styleQuiet},
	string(compare.Split):        {"x", "split", styleBad},
	string(compare.PartlySilent): {"?", "partly silent", styleWarn},
	string(compare.AllSilent):    {".", "all silent", styleQuiet},
	string(compare.CommonNow):    {"=", "common now", styleGood},
	string(compare.WithinView):   {"?", "within view", styleWarn},
	string(compare.Divided):      {"x", "divided", styleBad},
	string(compare.Unspoken):     {".", "unspoken", styleQuiet},
}

var pillarNames = map[entente.Pillar]string{
	entente.Law: "International law", entente.Norms: "Norms of responsible behaviour", entente.CBM: "Confidence building",
	entente.Capacity: "Capacity building", entente.Threat: "Threats and attribution", entente.Process: "Process and forums",
}

var silenceWords = map[string]string{
	string(entente.NoDocument):    "no document known",
	string(entente.NotAddressed):  "does not address it",
	string(entente.SilenceByWord): "reserved: says that it has not decided",
	string(entente.NotCoded):      "not coded: nobody has read for it yet",
	string(entente.NoOpportunity): "had no chance to address it yet",
}

var shortSilence = map[string]string{
	string(entente.NoDocument): "no document", string(entente.NotAddressed): "not addressed", string(entente.SilenceByWord): "reserved",
	string(entente.NotCoded): "not coded", string(entente.NoOpportunity): "no chance yet",
}

var stanceWords = map[string]string{
	string(entente.Affirms): "affirms", string(entente.AffirmsWithConditions): "affirms with conditions", string(entente.Reserved): "reserved",
	string(entente.Doubts): "doubts", string(entente.Rejects): "rejects",
}

var useWords = map[string]string{
	string(entente.Decides): "decides", string(entente.Confirms): "confirms", string(entente.Differs): "says otherwise",
	string(entente.MayPostdate): "may be later than the date asked for", string(entente.LeftOut): "unverified, left out",
}

// wordOr gives the word for a value; a value without one stands as it is.
func wordOr(words map[string]string, v string) string {
	if w, ok := words[v]; ok {
		return w
	}
	return strings.ReplaceAll(v, "-", " ")
}

// joined joins the words that are not empty.
func joined(by string, words ...string) string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, by)
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// of writes a count with what it was counted from.
func of(n, total int) string { return fmt.Sprintf("%d of %d", n, total) }

// when writes a date, and that it is only the latest possible one.
func when(date, basis string) string {
	switch {
	case date == "":
		return "undated"
	case basis == string(entente.NotLaterThan):
		return "by " + date
	}
	return date
}

// stance writes a position in words, without its evidence.
func stance(v *view.Position) string {
	switch {
	case v.Contested && v.Stance == nil:
		words := make([]string, len(v.Readings))
		for i, r := range v.Readings {
			words[i] = wordOr(stanceWords, r)
		}
		return "contested: " + strings.Join(words, " / ")
	case v.Stance == nil:
		return "silent, " + wordOr(silenceWords, value(v.Silence))
	}
	s := wordOr(stanceWords, *v.Stance)
	if v.Contested {
		s += " (contested)"
	}
	return s
}

// basis writes on what a position rests.
func (p *printer) basis(v *view.Position, e *view.Evidence) string {
	switch v.Basis {
	case string(entente.ViaBloc):
		return "via " + p.name(entente.ActorID(v.Via))
	case string(entente.Implied):
		return "implied: " + p.act(e)
	}
	return "stated"
}

// act writes what an actor did in an instrument.
func (p *printer) act(e *view.Evidence) string {
	title := e.Instrument
	if in := p.corpus.Instrument(entente.InstrumentID(e.Instrument)); in != nil {
		title = in.Title
		if in.Symbol != "" {
			title = in.Symbol
		}
	}
	return strings.ReplaceAll(e.Role, "-", " ") + ", " + title
}

func (p *printer) name(id entente.ActorID) string {
	if a := p.corpus.Actor(id); a != nil {
		return a.Name
	}
	return string(id)
}

// settingsLine says under which settings a page was made.
func settingsLine(h view.Head) string {
	return settingsWords(h.Corpus, h.Settings)
}

func settingsWords(c view.CorpusInfo, s view.Settings) string {
	parts := []string{"Corpus " + c.Name + " " + c.Version}
	for _, x := range []struct {
		on      bool
		yes, no string
	}{
		{s.Bloc, "group positions count", "group positions left out"},
		{s.Implied, "implied positions count", "implied positions left out"},
		{s.Unverified, "unverified records count", "unverified records left out"},
	} {
		if x.on {
			parts = append(parts, x.yes)
		} else {
			parts = append(parts, x.no)
		}
	}
	return strings.Join(parts, "; ") + "."
}
