package refi

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"strings"

	"entente"
	"entente/internal/ingest"
)

// The elements of project.qde that are read, by the names of the project schema
// of March 2019.
type (
	project struct {
		XMLName   xml.Name   `xml:"Project"`
		Name      string     `xml:"name,attr"`
		Origin    string     `xml:"origin,attr"`
		Users     []user     `xml:"Users>User"`
		Codes     []code     `xml:"CodeBook>Codes>Code"`
		Variables []variable `xml:"Variables>Variable"`
		Cases     []caseOf   `xml:"Cases>Case"`
		Texts     []text     `xml:"Sources>TextSource"`
		PDFs      []pdf      `xml:"Sources>PDFSource"`
		Pictures  []media    `xml:"Sources>PictureSource"`
		Sounds    []media    `xml:"Sources>AudioSource"`
		Films     []media    `xml:"Sources>VideoSource"`
	}
	user struct {
		GUID string `xml:"guid,attr"`
		Name string `xml:"name,attr"`
	}
	code struct {
		GUID  string `xml:"guid,attr"`
		Name  string `xml:"name,attr"`
		Codes []code `xml:"Code"`
	}
	variable struct {
		GUID string `xml:"guid,attr"`
		Name string `xml:"name,attr"`
	}
	ref struct {
		Target string `xml:"targetGUID,attr"`
	}
	value struct {
		Variable ref    `xml:"VariableRef"`
		Text     string `xml:"TextValue"`
		Bool     string `xml:"BooleanValue"`
		Integer  string `xml:"IntegerValue"`
		Float    string `xml:"FloatValue"`
		Date     string `xml:"DateValue"`
		DateTime string `xml:"DateTimeValue"`
	}
	caseOf struct {
		GUID       string  `xml:"guid,attr"`
		Name       string  `xml:"name,attr"`
		Values     []value `xml:"VariableValue"`
		Sources    []ref   `xml:"SourceRef"`
		Selections []ref   `xml:"SelectionRef"`
	}
	coding struct {
		GUID string `xml:"guid,attr"`
		User string `xml:"creatingUser,attr"`
		Code ref    `xml:"CodeRef"`
	}
	selection struct {
		GUID        string   `xml:"guid,attr"`
		Name        string   `xml:"name,attr"`
		Start       string   `xml:"startPosition,attr"`
		End         string   `xml:"endPosition,attr"`
		Page        string   `xml:"page,attr"`
		User        string   `xml:"creatingUser,attr"`
		Description string   `xml:"Description"`
		Codings     []coding `xml:"Coding"`
	}
	text struct {
		GUID       string      `xml:"guid,attr"`
		Name       string      `xml:"name,attr"`
		Rich       string      `xml:"richTextPath,attr"`
		Plain      string      `xml:"plainTextPath,attr"`
		User       string      `xml:"creatingUser,attr"`
		Content    *string     `xml:"PlainTextContent"`
		Selections []selection `xml:"PlainTextSelection"`
		Codings    []coding    `xml:"Coding"`
		Values     []value     `xml:"VariableValue"`
	}
	pdf struct {
		GUID       string      `xml:"guid,attr"`
		Name       string      `xml:"name,attr"`
		Path       string      `xml:"path,attr"`
		User       string      `xml:"creatingUser,attr"`
		Areas      []selection `xml:"PDFSelection"`
		Text       *text       `xml:"Representation"`
		Codings    []coding    `xml:"Coding"`
		Values     []value     `xml:"VariableValue"`
		Selections []selection `xml:"PlainTextSelection"` // where some programs put them
	}
	media struct {
		GUID string `xml:"guid,attr"`
		Name string `xml:"name,attr"`
	}
)

func (v value) String() string {
	for _, s := range []string{v.Text, v.Date, v.DateTime, v.Integer, v.Float, v.Bool} {
		if s = ingest.Clean(s); s != "" {
			return s
		}
	}
	return ""
}

// maxProject bounds project.qde.
const maxProject = 64 << 20

// archiveOf is a project file.
type archiveOf struct {
	name    string
	zip     *ingest.Zip
	project project
	members map[string]*zip.File // below Sources, by name, folder left out
}

func open(name string, data []byte) (*archiveOf, error) {
	if len(data) > 0 && !ingest.IsZip(data) {
		return nil, ingest.Fault(name, "export the project as REFI-QDA (.qdpx)", "this is not a REFI-QDA project")
	}
	z, err := ingest.OpenZip(name, data)
	if err != nil {
		return nil, err
	}
	a := &archiveOf{name: name, zip: z, members: map[string]*zip.File{}}
	var main *zip.File
	for _, f := range z.File {
		switch dir, file := path.Split(f.Name); {
		case strings.EqualFold(f.Name, "project.qde"):
			main = f
		case strings.EqualFold(dir, "sources/"):
			a.members[file] = f
		}
	}
	if main == nil {
		return nil, ingest.Fault(name, "export the project as REFI-QDA (.qdpx)", "the file holds no project.qde")
	}
	b, err := z.Member(main, maxProject)
	if err != nil {
		return nil, err
	}
	dec := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))))
	dec.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		return nil, ingest.Fault(name+" (project.qde)", "it has to be UTF-8", "the encoding is %q", charset)
	}
	if err := dec.Decode(&a.project); err != nil {
		line, col := dec.InputPos()
		return nil, &entente.Error{
			Kind: entente.Invalid, Op: "import", Place: name + " (project.qde):" + itoa(line) + ":" + itoa(col), Msg: "this is not a REFI-QDA project", Err: err,
		}
	}
	return a, nil
}

// member gives the content of an internal path; why is the reason when it is
// not in the file.
func (a *archiveOf) member(at string, limit int64) (data []byte, why string) {
	file, internal := strings.CutPrefix(at, "internal://")
	if !internal {
		return nil, "its text is not in the file: " + ingest.Clip(at, 80)
	}
	f := a.members[strings.TrimPrefix(file, "/")]
	if f == nil {
		return nil, "the file holds no source " + ingest.Clip(file, 80)
	}
	data, err := a.zip.Member(f, limit)
	if err != nil {
		return nil, err.Error()
	}
	return data, ""
}
