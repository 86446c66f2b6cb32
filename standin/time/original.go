package time

import "time"

type (
	// Duration is [time.Duration].
	Duration = time.Duration
	// Location is [time.Location].
	Location = time.Location
	// Month is [time.Month].
	Month = time.Month
	// ParseError is [time.ParseError].
	ParseError = time.ParseError
	// Ticker is [time.Ticker].
	Ticker = time.Ticker
	// Time is [time.Time].
	Time = time.Time
	// Weekday is [time.Weekday].
	Weekday = time.Weekday
)

// The constants are those of package time.
const (
	Layout      = time.Layout
	ANSIC       = time.ANSIC
	UnixDate    = time.UnixDate
	RubyDate    = time.RubyDate
	RFC822      = time.RFC822
	RFC822Z     = time.RFC822Z
	RFC850      = time.RFC850
	RFC1123     = time.RFC1123
	RFC1123Z    = time.RFC1123Z
	RFC3339     = time.RFC3339
	RFC3339Nano = time.RFC3339Nano
	Kitchen     = time.Kitchen
	Stamp       = time.Stamp
	StampMilli  = time.StampMilli
	StampMicro  = time.StampMicro
	StampNano   = time.StampNano
	DateTime    = time.DateTime
	DateOnly    = time.DateOnly
	TimeOnly    = time.TimeOnly

	Nanosecond  = time.Nanosecond
	Microsecond = time.Microsecond
	Millisecond = time.Millisecond
	Second      = time.Second
	Minute      = time.Minute
	Hour        = time.Hour

	January   = time.January
	February  = time.February
	March     = time.March
	April     = time.April
	May       = time.May
	June      = time.June
	July      = time.July
	August    = time.August
	September = time.September
	October   = time.October
	November  = time.November
	December  = time.December

	Sunday    = time.Sunday
	Monday    = time.Monday
	Tuesday   = time.Tuesday
	Wednesday = time.Wednesday
	Thursday  = time.Thursday
	Friday    = time.Friday
	Saturday  = time.Saturday
)

// The variables have the values that those of package time began with.
var (
	Local = time.Local
	UTC   = time.UTC
)

// Date is [time.Date].
func Date(year int, month Month, day, hour, min, sec, nsec int, loc *Location) Time {
	return time.Date(year, month, day, hour, min, sec, nsec, loc)
}

// FixedZone is [time.FixedZone].
func FixedZone(name string, offset int) *Location { return time.FixedZone(name, offset) }

// LoadLocation is [time.LoadLocation].
func LoadLocation(name string) (*Location, error) { return time.LoadLocation(name) }

// LoadLocationFromTZData is [time.LoadLocationFromTZData].
func LoadLocationFromTZData(name string, data []byte) (*Location, error) {
	return time.LoadLocationFromTZData(name, data)
}

// NewTicker is [time.NewTicker].
func NewTicker(d Duration) *Ticker { return time.NewTicker(d) }

// Now is [time.Now].
func Now() Time { return time.Now() }

// Parse is [time.Parse].
func Parse(layout, value string) (Time, error) { return time.Parse(layout, value) }

// ParseDuration is [time.ParseDuration].
func ParseDuration(s string) (Duration, error) { return time.ParseDuration(s) }

// ParseInLocation is [time.ParseInLocation].
func ParseInLocation(layout, value string, loc *Location) (Time, error) {
	return time.ParseInLocation(layout, value, loc)
}

// Since is [time.Since].
func Since(t Time) Duration { return time.Since(t) }

// Tick is [time.Tick].
func Tick(d Duration) <-chan Time { return time.Tick(d) }

// Unix is [time.Unix].
func Unix(sec int64, nsec int64) Time { return time.Unix(sec, nsec) }

// UnixMicro is [time.UnixMicro].
func UnixMicro(usec int64) Time { return time.UnixMicro(usec) }

// UnixMilli is [time.UnixMilli].
func UnixMilli(msec int64) Time { return time.UnixMilli(msec) }

// Until is [time.Until].
func Until(t Time) Duration { return time.Until(t) }
