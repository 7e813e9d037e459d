package desk

import (
	"entente/internal/store"
	"entente/internal/view"
)

// ChallengesSchema names the shape of the list of challenges as JSON.
const ChallengesSchema = "entente.challenges/1"

// challengeData is a challenge as data.
type challengeData struct {
	ID     string `json:"id"`
	Record string `json:"record"`
	Text   string `json:"text"`
	By     string `json:"by"`
	Date   string `json:"date"`
	Status string `json:"status"`
	Answer string `json:"answer,omitempty"`
}

func (c *Call) challengesData(form string) error {
	show, err := QueryOf(c, "show", challengeShows)
	if err != nil {
		return err
	}
	list, err := c.Desk.Bench.Challenges(c.Context(), store.Key{}, show != "all")
	if err != nil {
		return err
	}
	data := []challengeData{}
	t := view.Table{Name: "challenges", Header: []string{"id", "record", "text", "by", "date", "status", "answer"}}
	for i := range list {
		x := &list[i].Challenge
		d := challengeData{x.ID, x.Record, x.Text, x.By, x.Date.String(), string(x.Status), x.Answer}
		data = append(data, d)
		t.Rows = append(t.Rows, []string{d.ID, d.Record, d.Text, d.By, d.Date, d.Status, d.Answer})
	}
	if form == "csv" {
		if err := c.exportedRows("challenges", len(t.Rows)); err != nil {
			return err
		}
	}
	return c.Data(form, struct {
		Schema     string          `json:"schema"`
		Challenges []challengeData `json:"challenges"`
	}{ChallengesSchema, data}, t)
}
