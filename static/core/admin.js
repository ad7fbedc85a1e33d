// What cannot be read as a day is answered by the server, beside the field. Left to itself the date picker would
// put today in its place, without a word.
window.jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
