import "parlor-client"
import { io } from "parlor-client/slim"

document.title = "nothing of it is used"
