package document

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// sample is a rich document for the tests: every block and inline, more than
// one page. Its content is synthetic: the states and sources do not exist.
func sample() *Document {
	src := func(n string) Footnote {
		return Fn("Ministry of Foreign Affairs of Ruritania, ", I("Position Paper ", n), " (2020) ",
			A("https://example.org/papers/"+n), " para 4.")
	}
	d := &Document{
		Title: "Ruritania and Zenda: where they agree and where either is silent", Subtitle: "Briefing note for consultations",
		Lang: "en", Date: "2021-02-19", Author: "Synthetic sample", Footer: "Ruritania – Zenda, as of 19 February 2021",
		Meta: []Pair{
			Meta("As of", "19 February 2021"), Meta("Corpus", "synthetic sample, release 1"),
			Meta("Reproduce", A("https://example.org/compare/rur/zen?as-of=2021-02-19")),
		},
	}
	d.Add(
		H(1, "Summary").Anchor("summary"),
		P("Both states have spoken on 12 of 31 questions. They agree on ", B("nine"), FnKey("count", "Counted from the list in ", A("#evidence", "section 2"), "."),
			", agree in part on two and differ on one. On nineteen questions at least one of them is silent; ", I("silence"), " is no denial."),
		Bullets(
			Li("International law applies to conduct in cyberspace.", src("one")),
			Li("Agreed norms come before new ones.", src("two"), " They name three:").With(Numbered("protect critical infrastructure", "answer requests for help", "report vulnerabilities")),
			Li("Confidence building is a task for regional bodies.", src("three")),
		),
		Note("How to read this note", P("A difference is shown only where both have spoken. ", "Figures are counted from the list of evidence, see n ", See("count"), "."),
			Bullets("“Reserved” means that a state says it has not decided.", "“Silent” names the kind of silence.")),
		H(2, "Open issues"),
		Q("The Government is of the view that the question deserves further study, and does not wish to prejudge it.", src("four")),
		P("The Japanese title of the paper is ", Lang("ja", "サイバー空間に適用される国際法"), ", the Arabic one ", Lang("ar", "القانون الدولي"), ". Run ", Code("entente compare rur zen --as-of 2021-02-19"), " to see the same."),
		Numbered("First step: publish the missing view.", "Second step: join the instrument.", "Third step: ask for a joint session."),
		H(1, "Evidence").Anchor("evidence"),
		evidenceTable(src),
		H(2, "Votes"),
		Table{
			Caption: Inlines("Votes that both cast (synthetic)"), Header: Cells("Resolution", "Both cast", "Agreed", "Share"), Aligns: []Align{Start, End, End, End},
			Rows: []Row{R("Synthetic resolution A", "4", "4", "4 of 4"), R("Synthetic resolution B", "12", "9", "9 of 12")},
		},
		Figure{Alt: "Bar chart: nine agreements, two in part, one difference", Caption: Inlines("Outcomes of the twelve questions that both addressed."), PNG: samplePNG()},
		PageBreak{},
		H(1, "Method"),
		P("Positions are derived, not stored."), H(2, "Limits"), H(3, "Thin evidence"), P("Called thin when fewer than five."),
	)
	return d
}

func evidenceTable(src func(string) Footnote) Table {
	t := Table{
		Caption: Inlines("Where they stand, with sources"), Header: Cells("Question", "Ruritania", "Zenda", "Outcome"),
		Widths: []int{40, 22, 22, 16}, RowHeaders: true,
	}
	for i, g := range []string{"Law", "Norms", "Confidence building"} {
		t.Rows = append(t.Rows, Group(g))
		if i == 2 {
			t.Rows = append(t.Rows, R("Regional bodies carry confidence building", C("affirms", Again("count")), C("affirms", src("seven")), "agree"))
		}
		for range 4 {
			t.Rows = append(t.Rows, R("States that are not injured may take collective countermeasures in support of the injured state",
				C("affirms with conditions", src("five"), Break{}, "2019-05-29"), C("silent: did not address it", src("six")), B("one silent")))
		}
	}
	return t
}

func samplePNG() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 480, 90))
	for x := range 480 {
		for y := range 90 {
			img.Set(x, y, color.RGBA{243, 245, 248, 255})
			if y%30 > 8 && x < 40*[...]int{9, 2, 1}[y/30] {
				img.Set(x, y, color.RGBA{27, 54, 93, 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}
