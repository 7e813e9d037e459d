package document_test

import (
	"os"

	"entente/internal/document"
)

// A short note with one footnote, used twice. The content is synthetic.
func ExampleWriteMarkdown() {
	d := &document.Document{Title: "Ruritania and Zenda", Date: "2021-02-19"}
	d.Add(
		document.H(1, "Findings"),
		document.P("Ruritania affirms that ", document.B("law applies"), ".", document.FnKey("paper", "Synthetic paper, para 4.")),
		document.P("Zenda is silent; the same paper says so.", document.Again("paper")),
	)
	if err := d.Validate(); err != nil {
		panic(err)
	}
	if err := document.WriteMarkdown(os.Stdout, d); err != nil {
		panic(err)
	}
	// Output:
	// # Ruritania and Zenda
	//
	// - **Date:** 19 February 2021
	//
	// ## Findings
	//
	// Ruritania affirms that **law applies**.[^1]
	//
	// Zenda is silent; the same paper says so.[^1]
	//
	// [^1]: Synthetic paper, para 4.
}
