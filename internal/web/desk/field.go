package desk

// Field is one field of a form as the template "field" shows it.
type Field struct {
	Name     string
	ID       string // of the element; empty: "f-" and the name
	Label    string
	Hint     string
	Kind     string // text (when empty), password, textarea, select, checks, date, number, file, hidden
	Value    string
	Options  []Option // of select and checks
	Required bool
	Most     int    // characters, 0: no bound in the browser
	Rows     int    // of a textarea
	Auto     string // autocomplete
	Wide     bool
	List     string // id of a datalist
	Fault    string // what is wrong, shown beside it
}

// Option is one choice of a select or one box of checks.
type Option struct {
	Value, Word, Hint string
	On                bool
}

// Fields fills fields with what stands in the form, and with what is wrong.
func (f *Form) Fields(list ...Field) []Field {
	out := make([]Field, len(list))
	for i, x := range list {
		if x.ID == "" {
			x.ID = "f-" + x.Name
		}
		x.Fault = f.Faults[x.Name]
		switch x.Kind {
		case "password", "file": // never shown again
		case "select", "checks":
			x.Options = append([]Option(nil), x.Options...)
			for j := range x.Options {
				for _, v := range f.Values[x.Name] {
					x.Options[j].On = x.Options[j].On || v == x.Options[j].Value
				}
			}
		default:
			x.Value = f.Values.Get(x.Name)
		}
		out[i] = x
	}
	return out
}

// Problem is what is wrong with the form as a whole; "" when nothing is.
func (f *Form) Problem() string { return f.Faults[""] }

// OptionsOf makes options of a closed list, with the words of a list of the
// catalogue.
func OptionsOf[S ~string](c *Call, label string, list []S) []Option {
	out := make([]Option, len(list))
	for i, v := range list {
		out[i] = Option{Value: string(v), Word: c.T.Label(label, string(v))}
	}
	return out
}
