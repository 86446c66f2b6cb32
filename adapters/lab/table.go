package main

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// writeClass prints the marks as a table, and writes them as a file for
// spreadsheets and a page that links to the reports.
func writeClass(out string, marks []mark, stdout io.Writer) error {
	sheet, page := filepath.Join(out, "class.csv"), filepath.Join(out, "class.html")
	if err := writeFileBy(sheet, func(w io.Writer) error { return writeSheet(w, marks) }); err != nil {
		return err
	}
	if err := writeFileBy(page, func(w io.Writer) error { return classPage.Execute(w, marks) }); err != nil {
		return err
	}
	writeTable(stdout, marks)
	_, err := fmt.Fprintf(stdout, "\n%s and %s have the same with the reports\n", page, sheet)
	return err
}

func writeFileBy(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func writeTable(w io.Writer, marks []mark) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "checkout\tverdict\tpassed\tfailed\tskipped\tseconds\twhat broke, in so many scenarios")
	for _, m := range marks {
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%.0f\t%s\n", m.Checkout, m.Verdict, m.Summary.Passed, m.Summary.Failed, m.Summary.Skipped, m.Seconds, m.Remark())
	}
	table.Flush()
}

// Remark is what broke, or why there is no verdict.
func (m mark) Remark() string {
	if m.Why != "" {
		return m.Why
	}
	return strings.Join(m.Broke, ", ")
}

func writeSheet(w io.Writer, marks []mark) error {
	sheet := csv.NewWriter(w)
	sheet.Write([]string{"checkout", "verdict", "passed", "failed", "skipped", "seconds", "broke", "read_first", "why_not_judged", "report"})
	for _, m := range marks {
		sheet.Write([]string{
			m.Checkout, m.Verdict, fmt.Sprint(m.Summary.Passed), fmt.Sprint(m.Summary.Failed), fmt.Sprint(m.Summary.Skipped),
			fmt.Sprintf("%.1f", m.Seconds), strings.Join(m.Broke, ", "), m.First, m.Why, m.Report,
		})
	}
	sheet.Flush()
	return sheet.Error()
}

//go:embed class.html
var classHTML string

var classPage = template.Must(template.New("class").Parse(classHTML))
