import { ref } from 'vue'

/** What stands in the search of the top line; the list of units is filtered by it, other screens suggest. */
export const search = ref('')
