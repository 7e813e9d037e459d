package desk

import (
	"strings"

	"entente"
	"entente/internal/ingest/dna"
)

// dnaForm makes the fields of a database of the Discourse Network Analyzer from
// what it holds.
func (c *Call) dnaForm(s *mappingScreen, data []byte, pseudonyms, checked, authors Field) error {
	f, t := s.Form, c.T.T
	holds, err := dna.Describe(c.Context(), s.Job.Name, data)
	if err != nil {
		return err
	}
	var types, variables []Option
	var qualifiers []dna.Count
	for _, k := range holds.Types {
		types = append(types, Option{Value: k.Label, Word: t("import.dna.type.n", "name", k.Label, "n", k.Statements)})
		if k.Label != f.Values.Get("type") {
			continue
		}
		for _, v := range k.Variables {
			variables = append(variables, Option{Value: v.Name, Word: v.Name})
			if v.Name == f.Values.Get("qualifier") {
				qualifiers = v.Values
			}
		}
	}
	none := append([]Option{{Value: "", Word: "–"}}, variables...)
	s.Contents = append(s.Contents, t("import.dna.holds", "n", holds.Documents, "coders", len(holds.Coders)))
	s.Groups = []fieldGroup{{t("import.dna"), t("import.dna.about"), f.Fields(
		Field{Name: "type", Label: t("import.dna.type"), Kind: "select", Options: types}, Field{Name: "actor", Label: t("import.dna.actor"), Kind: "select", Options: none},
		Field{Name: "actor-else", Label: t("import.dna.actor-else"), Kind: "select", Options: none}, Field{Name: "concept", Label: t("import.dna.concept"), Kind: "select", Options: none},
		Field{Name: "qualifier", Label: t("import.dna.qualifier"), Kind: "select", Options: none},
	)}}
	stances := append([]Option{{Value: "", Word: t("import.dna.no-stance")}}, OptionsOf(c, "stance", entente.Stances)...)
	var means []Field
	for _, q := range qualifiers {
		means = append(means, Field{Name: "stance:" + q.Value, ID: "stance-" + codingKey(q.Value), Label: t("import.dna.value", "value", q.Value, "n", q.N), Kind: "select", Options: stances})
	}
	if means != nil {
		s.Groups = append(s.Groups, fieldGroup{t("import.dna.stances"), t("import.dna.stances.about"), f.Fields(means...)})
	}
	if f.Values.Get("coders") == "" && len(holds.Coders) > 0 {
		pseudonyms.Hint = t("import.coders.found", "list", strings.Join(holds.Coders[:min(len(holds.Coders), 20)], ", "))
	}
	s.Groups = append(s.Groups, fieldGroup{t("import.dna.more"), "", f.Fields(
		Field{Name: "note-variables", Label: t("import.dna.note"), Kind: "checks", Options: variables}, authors, checked, pseudonyms,
		Field{Name: "source-kinds", Label: t("import.dna.kinds"), Hint: t("import.pairs.hint", "words", "newspaper = news"), Kind: "textarea", Rows: 3, Wide: true},
	)})
	return nil
}

// refiForm makes the fields of a project of a program for coding.
func (c *Call) refiForm(f *Form, pseudonyms, checked Field) []fieldGroup {
	t := c.T.T
	return []fieldGroup{
		{t("import.refi.who"), t("import.refi.who.about"), f.Fields(
			Field{Name: "actor-by", Label: t("import.refi.actor"), Kind: "select", Options: append([]Option{{Value: "", Word: t("desk.choose")}}, OptionsOf(c, "import.refi.by", actorsBy)...)},
			Field{Name: "actor-name", Label: t("import.refi.name"), Hint: t("import.refi.name.hint"), Most: maxMapColumn})},
		{t("import.refi.codes"), t("import.refi.codes.about"), f.Fields(
			Field{Name: "propositions", Label: t("import.refi.propositions"), Hint: t("import.refi.propositions.hint"), Most: maxMapColumn},
			Field{Name: "stances", Label: t("import.refi.stances"), Hint: t("import.refi.stances.hint"), Most: maxMapColumn},
			Field{Name: "stance-words", Label: t("import.refi.words"), Hint: t("import.pairs.hint", "words", "supports = affirms"), Kind: "textarea", Rows: 3, Wide: true},
			Field{Name: "codes", Label: t("import.refi.rules"), Hint: t("import.refi.rules.hint"), Kind: "textarea", Rows: 4, Wide: true})},
		{t("import.dna.more"), "", f.Fields(
			Field{Name: "date-variable", Label: t("import.refi.date"), Most: maxMapColumn},
			Field{Name: "descriptions", Label: t("import.refi.notes"), Kind: "checks", Options: []Option{{Value: "1", Word: t("import.refi.notes.word"), Hint: t("import.refi.notes.hint")}}},
			checked, pseudonyms)},
	}
}

// actorsBy are the ways in which a project names the actor.
var actorsBy = []string{"fixed", "source", "variable", "case", "code"}
