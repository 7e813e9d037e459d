package brief

import (
	"fmt"
	"net/url"
	"strings"

	"entente"
	"entente/internal/cite"
	"entente/internal/view"
)

// verbs say a stance of one actor and of several.
var verbs = map[entente.Stance][2]string{
	entente.Affirms:               {"affirms", "affirm"},
	entente.AffirmsWithConditions: {"affirms with conditions", "affirm with conditions"},
	entente.Reserved:              {"stated that it has not decided", "stated that they have not decided"},
	entente.Doubts:                {"doubts", "doubt"},
	entente.Rejects:               {"rejects", "reject"},
}

// silences say a silence of one actor and of several.
var silences = map[entente.Silence][2]string{
	entente.NoDocument:    {"has published nothing that could be found", "have published nothing that could be found"},
	entente.NotAddressed:  {"did not address it", "did not address it"},
	entente.SilenceByWord: {"stated that it has not decided", "stated that they have not decided"},
	entente.NotCoded:      {"has not been read for it yet", "have not been read for it yet"},
	entente.NoOpportunity: {"had no occasion to address it", "had no occasion to address it"},
}

// silenceNames head the counts of silences.
var silenceNames = map[entente.Silence]string{
	entente.NoDocument:    "nothing published",
	entente.NotAddressed:  "not addressed",
	entente.SilenceByWord: "said not to have decided",
	entente.NotCoded:      "not read for it yet",
	entente.NoOpportunity: "no occasion by then",
}

var pillarNames = map[entente.Pillar]string{
	entente.Law: "International law", entente.Norms: "Norms", entente.CBM: "Confidence building",
	entente.Capacity: "Capacity building", entente.Threat: "Threats", entente.Process: "Process",
}

// outcomes head the groups of propositions in tables.
var outcomes = map[string]string{
	"agree": "agree", "agree-in-part": "agree in part", "differ": "differ", "one-silent": "one silent", "both-silent": "both silent",
	"split": "split", "partly-silent": "partly silent", "all-silent": "all silent",
}

// uses say what part a piece of evidence plays.
var uses = map[string]string{
	string(entente.Decides): "decides", string(entente.Confirms): "confirms", string(entente.Differs): "says otherwise",
	string(entente.MayPostdate): "may be later, not counted", string(entente.LeftOut): "unverified, left out",
}

var statuses = map[string]string{"open": "open", "taken-up": "taken up", "declined": "declined", "done": "done"}

// findings say what a reading brought.
var findings = map[string]string{
	string(entente.FoundStance): "a stance", string(entente.FoundNothing): "nothing on it", string(entente.FoundOpen): "names it as open",
	string(entente.FoundNoText): "no document found", string(entente.FoundActs): "acts",
}

// say looks a word up and falls back to the word itself, so that a new value
// shows rather than vanishes.
func say[K ~string](words map[K]string, k K) string {
	if w, ok := words[k]; ok {
		return w
	}
	return string(k)
}

// stand is what an actor does in the words of a sentence, without its name.
func (w *writer) stand(p view.Position, several bool) string {
	i := 0
	if several {
		i = 1
	}
	if p.Contested && p.Stance == nil {
		return "is on record with both " + joinAnd(w.readings(p)) + " (contested)"
	}
	if p.Stance == nil {
		if p.Silence == nil {
			return "is silent"
		}
		return silences[entente.Silence(*p.Silence)][i]
	}
	s := verbs[entente.Stance(*p.Stance)][i]
	if c := w.conditions(p); c != "" {
		s += ": " + c
	}
	if l := w.label(p); l != "" {
		s += " (" + l + ")"
	}
	return s
}

func (w *writer) conditions(p view.Position) string {
	if p.Stance == nil || *p.Stance != string(entente.AffirmsWithConditions) {
		return ""
	}
	return strings.TrimRight(strings.TrimSpace(p.Conditions), ".")
}

func (w *writer) readings(p view.Position) []string {
	var out []string
	for _, r := range p.Readings {
		out = append(out, verbs[entente.Stance(r)][0])
	}
	return out
}

// label says on what a position rests when it is not the actor's own word, and
// that its records disagree.
func (w *writer) label(p view.Position) string {
	var out []string
	switch entente.Basis(p.Basis) {
	case entente.ViaBloc:
		out = append(out, "via "+w.name(entente.ActorID(p.Via)))
	case entente.Implied:
		out = append(out, "implied by acts")
	}
	if p.Contested && p.Stance != nil {
		out = append(out, "contested")
	}
	return strings.Join(out, ", ")
}

// whoStands tells where all actors stand, those who stand alike together:
// "Estonia and Latvia affirm; Japan did not address it".
func (w *writer) whoStands(row *view.CompareRow) string {
	var order []string
	groups := map[string][]entente.ActorID{}
	for _, a := range w.v.Actors {
		key := w.stand(row.Positions[a.ID], false)
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], a.ID)
	}
	var out []string
	for _, key := range order {
		ids := groups[key]
		out = append(out, w.namesOf(ids)+" "+w.stand(row.Positions[ids[0]], len(ids) > 1))
	}
	return strings.Join(out, "; ")
}

func (w *writer) name(id entente.ActorID) string {
	if a := w.c.Actor(id); a != nil {
		return a.Name
	}
	return string(id)
}

func (w *writer) namesOf(ids []entente.ActorID) string {
	var names []string
	for _, id := range ids {
		names = append(names, w.name(id))
	}
	return joinAnd(names)
}

// all is "Both" or "All" before a verb.
func (w *writer) all() string {
	if len(w.v.Actors) == 2 {
		return "Both"
	}
	return "All"
}

func joinAnd(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// day writes an ISO date of a view in words; what is no date stays as it is.
func day(s string) string {
	d, err := entente.ParseDate(s)
	if err != nil || s == "" {
		return s
	}
	return cite.Date(d)
}

func dated(date, basis string) string {
	if date == "" {
		return "undated"
	}
	if basis == string(entente.NotLaterThan) {
		return "by " + day(date)
	}
	return day(date)
}

// sentence ends a text with a full stop unless it ends already.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// setting is one of the switches, as the address and the command line write it.
type setting struct {
	on         bool
	query, arg string
}

func switches(v *view.Compare) []setting {
	return []setting{
		{!v.Settings.Bloc, "&bloc=off", " --no-bloc"},
		{!v.Settings.Implied, "&implied=off", " --no-implied"},
		{v.Settings.Unverified, "&unverified=on", " --include-unverified"},
	}
}

// address is the path of the page that shows the same comparison.
func address(v *view.Compare) string {
	var path strings.Builder
	path.WriteString("/compare")
	for _, a := range v.Actors {
		path.WriteString("/" + url.PathEscape(string(a.ID)))
	}
	return path.String() + query(v)
}

// query is the query that sets the date, the filters and the version of the corpus.
func query(v *view.Compare) string {
	var s strings.Builder
	s.WriteString("?as_of=" + v.AsOf)
	for _, p := range v.Settings.Pillars {
		s.WriteString("&pillar=" + url.QueryEscape(string(p)))
	}
	for _, i := range v.Settings.Issues {
		s.WriteString("&issue=" + url.QueryEscape(i))
	}
	for _, x := range switches(v) {
		if x.on {
			s.WriteString(x.query)
		}
	}
	return s.String() + "&corpus=" + url.QueryEscape(v.Corpus.Version)
}

// command is the command line that makes the same comparison.
func command(v *view.Compare) string {
	var s strings.Builder
	s.WriteString("entente compare")
	for _, a := range v.Actors {
		s.WriteString(" " + quoted(string(a.ID)))
	}
	return s.String() + flags(v)
}

func flags(v *view.Compare) string {
	var s strings.Builder
	s.WriteString(" --as-of " + v.AsOf)
	for _, p := range v.Settings.Pillars {
		s.WriteString(" --pillar " + quoted(string(p)))
	}
	for _, i := range v.Settings.Issues {
		s.WriteString(" --issue " + quoted(i))
	}
	for _, x := range switches(v) {
		if x.on {
			s.WriteString(x.arg)
		}
	}
	return s.String()
}

// quoted quotes a word for a POSIX shell where it needs it.
func quoted(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,:/") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
