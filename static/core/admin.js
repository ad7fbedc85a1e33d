// Two habits of Wagtail's date picker are switched off.
//
// What cannot be read as a day is answered by the server, beside the field. Left to itself the picker would put
// today in its place, without a word.
//
// It opens a moment after its field is entered, also when that field has been left again by then: it would stay
// open over what comes next, and nothing but a click elsewhere would close it.
Object.assign(window.jQuery.fn.datetimepicker.defaults, {
  validateOnBlur: false,
  onShow: (_time, input) => input.is(":focus"),
});
